//! Records and access checks: what a host application asks on every request, and what people see of what is shared.

use crate::access::{self, MOST_QUESTIONS, Question, Verdict, Who};
use crate::audit::AuditEntry;
use crate::authority::{Action, Authority};
use crate::draft::Actor;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::input::InvalidInput;
use crate::port::{AuditQuery, LONGEST_PAGE, Page, RecordQuery, RecordsVisible};
use crate::refusal::Refusal;
use crate::resource::{Holder, Resource, ResourceName, Share};
use crate::role::Permission;
use crate::service::{Failure, Memberships};
use crate::view::{RecordView, record_of, record_view};

/// A record with all its shares, as whoever controls it sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecord {
    /// The record.
    pub view: RecordView,
    /// With whom it is shared, by name; nobody is named to those who do not control it.
    pub shares: Vec<NamedShare>,
}

/// A share, with the name of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedShare {
    /// The share.
    pub share: Share,
    /// What its holder is called.
    pub name: String,
}

/// Every method refuses [`Refusal::UnknownOrganization`] to whoever does not belong (I10); besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// Answers up to [`MOST_QUESTIONS`] questions about what people may do, all of one moment and in one round trip, in
    /// the order they were asked. Members may ask about themselves, also when suspended; whoever may see the members, and
    /// the operator, may ask about anybody.
    pub async fn check_access(
        &self,
        organization: OrganizationId,
        by: Actor,
        questions: &[Question],
    ) -> Result<Vec<Verdict>, Failure> {
        if MOST_QUESTIONS < questions.len() {
            let rule = format!("must have at most {MOST_QUESTIONS} questions");
            return Err(InvalidInput::new("checks", "too-many", rule).into());
        }
        let mut scope = Scope::default();
        for question in questions {
            match question.who {
                Who::Member(id) => scope.members.push(id),
                Who::User(id) => scope.members_of.push(id),
            }
            scope.resources.extend(question.resource.clone());
        }
        scope.resources.sort_unstable();
        scope.resources.dedup();
        let facts = self.facts_for(organization, by, scope).await?;
        may_ask(&facts, by, questions)?;
        Ok(questions.iter().map(|question| access::answer(&facts, question)).collect())
    }

    /// A record, with its shares for those who control it.
    pub async fn record(
        &self,
        organization: OrganizationId,
        by: Actor,
        name: &ResourceName,
    ) -> Result<SharedRecord, Failure> {
        let scope = Scope { shares_of: vec![name.clone()], ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        let view = record_view(&facts, by, name)?;
        if !view.allowed_actions.contains(&"share") {
            return Ok(SharedRecord { view, shares: Vec::new() });
        }
        let shares: Vec<_> = facts.shares.iter().filter(|it| it.resource == *name).cloned().collect();
        let shares = self.named(organization, shares).await?;
        Ok(SharedRecord { view, shares })
    }

    /// A page of the records that somebody reaches: all for those who control them, else those that are not restricted
    /// or are shared with them.
    pub async fn records(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &RecordQuery,
    ) -> Result<Page<RecordView>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        let authority = Authority::of(&facts, by)?;
        let query = RecordQuery { visible: visible(&authority)?, ..query.clone() };
        let page = self.ports.directory.records(organization, &query).await?;
        let names: Vec<_> = page.items.iter().map(|it| it.name.clone()).collect();
        // How far each is shared with the viewer is read by key, for this page alone.
        let facts = self.facts_for(organization, by, Scope { resources: names, ..Scope::default() }).await?;
        let authority = Authority::of(&facts, by)?;
        let view = |it: &Resource| authority.view_record(record_of(&facts, &authority, it));
        Ok(Page { items: page.items.iter().map(view).collect(), next: page.next, total: page.total })
    }

    /// What has happened to a record, the newest first: for those who may read the log.
    pub async fn record_history(
        &self,
        organization: OrganizationId,
        by: Actor,
        name: &ResourceName,
    ) -> Result<Vec<AuditEntry>, Failure> {
        let query =
            AuditQuery { subject: Some(name.subject(organization)), limit: LONGEST_PAGE, ..AuditQuery::default() };
        self.audit(organization, by, &query).await
    }

    async fn named(&self, organization: OrganizationId, shares: Vec<Share>) -> Result<Vec<NamedShare>, Failure> {
        let mut scope = Scope::of(organization);
        for share in &shares {
            match share.holder {
                Holder::Member(id) => scope.members.push(id),
                Holder::Group(id) => scope.groups.push(id),
            }
        }
        let facts = self.ports.store.read(&scope).await?;
        let name = |share: &Share| match share.holder {
            Holder::Member(id) => facts.member(id).ok().map(|it| it.name.to_string()),
            Holder::Group(id) => facts.group(id).ok().map(|it| it.name.to_string()),
        };
        let mut named: Vec<_> =
            shares.into_iter().filter_map(|share| Some(NamedShare { name: name(&share)?, share })).collect();
        named.sort_by_cached_key(|it| (it.name.to_lowercase(), it.share.holder));
        Ok(named)
    }
}

/// Which records somebody may have listed.
fn visible(authority: &Authority<'_>) -> Result<RecordsVisible, Refusal> {
    authority.may(Action::ViewRecords)?;
    let Some(asker) = authority.asker() else { return Ok(RecordsVisible::All) };
    let controls = asker.in_general(&Permission::CONTROL_RECORDS).allows();
    if controls && authority.covers(&Permission::CONTROL_RECORDS).is_ok() {
        return Ok(RecordsVisible::All);
    }
    let by_role = asker.in_general(&Permission::READ_RECORDS).allows();
    let visible = if by_role { RecordsVisible::OpenAndSharedWith } else { RecordsVisible::SharedWith };
    Ok(visible(asker.member.id))
}

/// Everybody may ask about themselves, whatever their status: that is how they learn why they cannot.
fn may_ask(facts: &Facts, by: Actor, questions: &[Question]) -> Result<(), Refusal> {
    facts.head()?;
    if let Some(user) = by.person() {
        let own = facts.member_of(user).ok_or(Refusal::UnknownOrganization)?;
        let about_oneself = |question: &Question| match question.who {
            Who::Member(id) => id == own.id,
            Who::User(id) => id == user,
        };
        if questions.iter().all(about_oneself) {
            return Ok(());
        }
    }
    Authority::of(facts, by)?.may(Action::CheckAccess)
}
