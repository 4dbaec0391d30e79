//! With whom a record is shared, for whoever controls it: the members and groups that have it, and how others get it.

use axum::extract::Path;
use membership_core::command::{ShareRecord, UnshareRecord};
use membership_core::id::{GroupId, MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::refusal::Refusal;
use membership_core::resource::{Holder, Level, ResourceName, Share};
use membership_core::service::{NamedShare, SharedRecord};
use membership_core::view::{OrganizationView, RecordView};

use super::record::{Target, named, overtaken};
use super::{all_of, level_word, place_of};
use crate::answer::{Answer, see_other};
use crate::form::posted::VERSION;
use crate::form::{Posted, Problems};
use crate::local_path::saying_of;
use crate::page::Undo;
use crate::pages::attending::offered_groups;
use crate::pages::attending::people::Finder;
use crate::pages::organization::former::{Told, done_last};
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::tint::{initials, tint};
use crate::visit::Visit;
use crate::words::Words;

/// A form that was not carried out, for somebody else has changed the record or a share of it meanwhile.
pub(super) struct Again {
    pub problems: Problems,
    /// The share that was asked for, if one was.
    pub share: Option<(Holder, Level)>,
}

/// What whoever controls a record sees of its shares.
pub(super) struct Sharing {
    pub rows: Vec<ShareRow>,
    /// The groups that do not have it yet; `None` for whoever may not see the groups.
    pub groups: Option<Vec<(String, String)>>,
    /// A search for members; `None` for whoever may not see them.
    pub finder: Option<Finder>,
}

/// One with whom a record is shared.
pub(super) struct ShareRow {
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    pub initials: String,
    pub tint: u8,
    pub is_group: bool,
    /// Where the member or the group is, for whoever may look.
    pub href: Option<String>,
    /// The levels, the present one chosen; or the one that was chosen, if that was not carried out.
    pub levels: Vec<(&'static str, String, bool)>,
    /// The share's; 0 where there is none any more.
    pub version: u64,
    /// That the level is another one than was chosen, by somebody else.
    pub problem: Option<String>,
    holder: Holder,
    /// The level there is.
    present: String,
}

impl Sharing {
    pub(super) async fn of(
        visit: &Visit,
        view: &OrganizationView,
        name: &ResourceName,
        shares: &[NamedShare],
        (who, again): (Option<&str>, Option<&Again>),
    ) -> Result<Self, Stop> {
        let organization = view.head.organization.id;
        let may = |action: &str| view.allowed_actions.contains(&action);
        let (sees_members, sees_groups) = (may("view_members"), may("view_groups"));
        let groups = match sees_groups {
            true => Some(others(offered_groups(visit, organization).await?, shares)),
            false => None,
        };
        let here = place_of(organization, name);
        let finder = match sees_members {
            true => {
                let ways = (here.clone(), format!("{here}/shares"));
                Some(Finder::of(visit, organization, who, ways, None).await?)
            }
            false => None,
        };
        let row = |it: &NamedShare| {
            let sees = if it.share.holder.group().is_some() { sees_groups } else { sees_members };
            ShareRow::of(visit.words, organization, (it.share.holder, it.name.as_str()), Some(&it.share), sees)
        };
        let mut rows: Vec<_> = shares.iter().map(row).collect();
        if let Some(Again { problems, share: Some((holder, level)) }) = again {
            if !rows.iter().any(|it| it.holder == *holder) {
                rows.extend(ended(visit, organization, *holder).await?);
            }
            for row in rows.iter_mut().filter(|it| it.holder == *holder) {
                row.chosen_again(visit.words, *level, problems);
            }
        }
        Ok(Self { rows, groups, finder })
    }

    /// The version of the share that the member or the group of that id has; 0 where they have none.
    pub(super) fn version_of(&self, id: &str) -> u64 {
        self.rows.iter().find(|it| it.id == id).map_or(0, |it| it.version)
    }
}

/// The groups that do not have the record yet.
fn others(groups: Vec<membership_core::group::Group>, shares: &[NamedShare]) -> Vec<(String, String)> {
    let has_it = |id: GroupId| shares.iter().any(|it| it.share.holder == Holder::Group(id));
    let others = groups.into_iter().filter(|it| !has_it(it.id));
    others.map(|it| (it.id.to_string(), it.name.to_string())).collect()
}

/// The row of somebody whose share somebody else has ended, if the visitor may know who that is.
async fn ended(visit: &Visit, organization: OrganizationId, holder: Holder) -> Result<Option<ShareRow>, Stop> {
    let (memberships, by) = (visit.web.memberships(), visit.actor()?);
    let name = match holder {
        Holder::Member(id) => {
            or_refusal(memberships.member(organization, by, id).await)?.map(|it| it.member.name.to_string())
        }
        Holder::Group(id) => or_refusal(memberships.group(organization, by, id).await)?.map(|it| it.name.to_string()),
    };
    Ok(name.ok().map(|name| ShareRow::of(visit.words, organization, (holder, name.as_str()), None, true)))
}

impl ShareRow {
    fn of(
        words: Words,
        organization: OrganizationId,
        (holder, name): (Holder, &str),
        share: Option<&Share>,
        sees: bool,
    ) -> Self {
        let places = if holder.group().is_some() { "groups" } else { "members" };
        Self {
            kind: holder.kind(),
            id: holder.id().to_string(),
            initials: initials(name),
            tint: tint(name),
            is_group: holder.group().is_some(),
            href: sees.then(|| format!("/organizations/{organization}/{places}/{}", holder.id())),
            levels: Self::levels(words, share.map_or(Level::View, |it| it.level)),
            version: share.map_or(0, |it| it.version),
            problem: None,
            present: share.map_or_else(|| words.t("level-none"), |it| level_word(words, it.level)),
            name: name.to_owned(),
            holder,
        }
    }

    /// Shows what was chosen beside what there is.
    fn chosen_again(&mut self, words: Words, level: Level, problems: &Problems) {
        self.levels = Self::levels(words, level);
        self.problem = problems.overtaken(&level_word(words, level), &self.present);
    }

    /// The levels as a list to choose from.
    pub(super) fn levels(words: Words, chosen: Level) -> Vec<(&'static str, String, bool)> {
        Level::ALL.map(|level| (level.as_str(), level_word(words, level), level == chosen)).to_vec()
    }
}

/// How the share or the restriction that was changed last is taken back by one press, for whoever changed it.
pub(super) async fn undo_of_record(
    visit: &Visit,
    view: &OrganizationView,
    record: &RecordView,
    (done, of): Told<'_>,
) -> Option<Undo> {
    let (done, of) = (done?, of?);
    let (organization, resource) = (view.head.organization.id, &record.resource);
    let may = |action: &str| record.allowed_actions.contains(&action);
    let subject = resource.name.subject(organization);
    let last = done_last(visit, view, subject, None).await?;
    let (path, fields) = match (done, last.event.as_str()) {
        ("record-shared", "record-shared") | ("record-unshared", "record-unshared") if may("share") => {
            // The last share that was changed, and the one that the page tells of.
            let holder = Holder::of(last.before("holder_kind")?, last.before("holder")?.parse().ok()?)?;
            if holder.id() != of {
                return None;
            }
            let whom = (holder.kind(), of.to_string());
            match last.before("level") {
                Some(level) => ("shares", vec![whom, ("level", level.to_owned())]),
                None => ("shares/end", vec![whom]),
            }
        }
        ("record-restricted" | "record-opened", "record-restriction-changed") if may("restrict") && of == subject => {
            let former = if resource.restricted { "no" } else { "yes" };
            ("restriction", vec![("restricted", former.to_owned()), (VERSION, resource.version.to_string())])
        }
        _ => return None,
    };
    Some(Undo { href: format!("{}/{path}", place_of(organization, &resource.name)), fields })
}

/// Who is named by a form.
fn holder(posted: &Posted) -> Result<Holder, InvalidInput> {
    match posted.optional("group") {
        Some(group) => group.parse::<GroupId>().map(Holder::Group).map_err(|it| it.about("group")),
        None => posted.text("member").parse::<MemberId>().map(Holder::Member).map_err(|it| it.about("member")),
    }
}

/// Shares the record with a member or a group, or changes the level.
pub(crate) async fn share(Path((organization, kind, id)): Target, posted: Posted) -> Answer {
    let resource = named(&kind, &id)?;
    let (visit, memberships, by) = (&posted.visit, posted.visit.web.memberships(), posted.visit.actor()?);
    let (holder, level) = (holder(&posted)?, Level::parse(posted.text("level"))?);
    let done = saying_of(&place_of(organization, &resource), "record-shared", Some(holder.id()));
    let command = ShareRecord { organization, by, resource, holder, level, expected: posted.version() };
    match or_refusal(memberships.execute(&command).await)? {
        Ok(_) => Ok(see_other(&done)),
        Err(Refusal::ChangedMeanwhile) => {
            let is_so = |it: &NamedShare| it.share.holder == holder && it.share.level == level;
            let any_is_so = |record: &SharedRecord| record.shares.iter().any(is_so);
            overtaken(visit, (organization, &command.resource), any_is_so, Some((holder, level)), &done).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Ends a share.
pub(crate) async fn end(Path((organization, kind, id)): Target, posted: Posted) -> Answer {
    let resource = named(&kind, &id)?;
    let (visit, holder) = (&posted.visit, holder(&posted)?);
    let own = seen(visit, organization).await?.own.map(|own| Holder::Member(own.member.id));
    // Whoever ends their own may not see the record any more.
    let back = if own == Some(holder) { all_of(organization) } else { place_of(organization, &resource) };
    let command = UnshareRecord { organization, by: visit.actor()?, resource, holder };
    match or_refusal(visit.web.memberships().execute(&command).await)? {
        // Pressed twice, or by two at once: it is as it was asked for.
        Ok(()) | Err(Refusal::NotShared | Refusal::UnknownMember | Refusal::UnknownGroup { .. }) => {
            Ok(see_other(&saying_of(&back, "record-unshared", Some(holder.id()))))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
