//! The texts of an organization's mails: what they say now, and what they would look like.

use time::{Duration, OffsetDateTime};

use crate::authority::{Action, Authority};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, MemberId, MessageId, OrganizationId, SessionId};
use crate::input::InvalidInput;
use crate::message::{Content, Message, MessageScope, Recipient};
use crate::policy::OrganizationPolicy;
use crate::port::{Composer, Letter};
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::service::{Failure, Memberships};
use crate::view::TemplateView;
use crate::wording::{TemplateKey, TemplateKind, Wording};

/// A template with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// How it stands.
    pub view: TemplateView,
    /// The built-in text.
    pub built_in: Wording,
    /// Why the organization's own text cannot be used, if it cannot; mail goes out with the built-in one then (F09).
    pub problem: Option<InvalidInput>,
}

impl TemplateText {
    /// The text that mails are written with.
    pub fn text(&self) -> &Wording {
        self.view.own.as_ref().filter(|_| self.problem.is_none()).unwrap_or(&self.built_in)
    }
}

/// What an invitation would offer, to show its mail before it is sent. What is left out is as it is by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offered {
    /// The role; the organization's default one if none is named.
    pub role: Option<RoleKey>,
    /// The inviter's own words.
    pub message: Option<String>,
    /// When it goes out; at once if no time is named.
    pub opens_at: Option<OffsetDateTime>,
    /// For how many days it can be accepted; as long as the policy says if no number is named.
    pub valid_days: Option<u8>,
}

/// Every method refuses [`Refusal::UnknownOrganization`] to whoever does not belong (I10), and what the role does not
/// permit; besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// All templates of an organization.
    pub async fn templates(&self, organization: OrganizationId, by: Actor) -> Result<Vec<TemplateText>, Failure> {
        let scope = Scope { templates: TemplateKey::all().collect(), ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        Authority::of(&facts, by)?.may(Action::EditTemplates)?;
        TemplateKey::all().map(|template| Ok(self.template_text(&facts, template)?)).collect()
    }

    /// A template. Whoever may invite reads that of invitations, to begin their own text from (S0.8).
    pub async fn template(
        &self,
        organization: OrganizationId,
        by: Actor,
        template: TemplateKey,
    ) -> Result<TemplateText, Failure> {
        let scope = Scope { templates: vec![template], ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        may_read(&Authority::of(&facts, by)?, template)?;
        Ok(self.template_text(&facts, template)?)
    }

    /// What a mail of a template would look like with the organization's own data: with this text, or with the one that
    /// stands. The personal link is an example.
    pub async fn preview(
        &self,
        organization: OrganizationId,
        by: Actor,
        template: TemplateKey,
        wording: Option<Wording>,
    ) -> Result<Letter, Failure> {
        self.preview_offered(organization, by, template, wording, &Offered::default()).await
    }

    /// The same; the mail of an invitation shows what would be offered.
    pub async fn preview_offered(
        &self,
        organization: OrganizationId,
        by: Actor,
        template: TemplateKey,
        wording: Option<Wording>,
        offered: &Offered,
    ) -> Result<Letter, Failure> {
        let scope = Scope { templates: vec![template], ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        let authority = Authority::of(&facts, by)?;
        may_read(&authority, template)?;
        let wording = match wording {
            Some(wording) => wording,
            None => self.template_text(&facts, template)?.text().clone(),
        };
        let message = example(&facts, &authority, template, offered)?;
        let refuse = |why: String| InvalidInput::new("text", "cannot-be-shown", format!("cannot be shown: {why}"));
        Ok(self.composer.preview(&message, &wording).map_err(refuse)?)
    }

    fn template_text(&self, facts: &Facts, template: TemplateKey) -> Result<TemplateText, Refusal> {
        let view = TemplateView::of(facts, template)?;
        let problem = view.own.as_ref().and_then(|it| it.check(template.kind).err());
        Ok(TemplateText { view, built_in: self.composer.built_in(template), problem })
    }
}

fn may_read(authority: &Authority<'_>, template: TemplateKey) -> Result<(), Refusal> {
    let edits = authority.may(Action::EditTemplates);
    match template.kind {
        TemplateKind::Invitation if edits.is_err() => authority.may(Action::ViewInvitations).or(edits),
        _ => edits,
    }
}

/// A mail as this organization could send it: about whoever asks, a week from now.
fn example(
    facts: &Facts,
    authority: &Authority<'_>,
    template: TemplateKey,
    offered: &Offered,
) -> Result<Message, Refusal> {
    let it = &facts.head()?.organization;
    let own = authority.standing.member();
    let organization = it.name.to_string();
    let name = own.map_or_else(|| it.name.to_string(), |member| member.name.to_string());
    let inviter = own.map(|member| member.name.to_string());
    let role = it.policy.role_scheme.default_role().to_string();
    let at = facts.now.saturating_add(Duration::WEEK);
    let nobody = uuid::Uuid::nil();
    let (member, invitation, generation) = (MemberId(nobody), InvitationId(nobody), 1);
    let content = match template.kind {
        TemplateKind::Invitation => {
            let (role, message) = (role_offered(&it.policy, offered)?, offered.message.clone());
            let days = offered.valid_days.unwrap_or(it.policy.invitation_policy.valid_days);
            let opens_at = offered.opens_at.unwrap_or(facts.now);
            let expires_at = opens_at.saturating_add(Duration::days(i64::from(days)));
            Content::Invitation { invitation, generation, organization, inviter, role, message, expires_at }
        }
        TemplateKind::Reminder => {
            Content::Reminder { invitation, generation, organization, inviter, role, expires_at: at }
        }
        TemplateKind::AccountSetUp => {
            let (username, initial_password) = (None, false);
            Content::AccountSetUp { member, generation, organization, name, username, initial_password, expires_at: at }
        }
        TemplateKind::ProgramInvitation => Content::ProgramInvitation {
            session: SessionId(nobody),
            member,
            program: organization.clone(),
            title: organization.clone(),
            organization,
            name,
            message: None,
            starts_at: facts.now,
            ends_at: at,
        },
        TemplateKind::InvitationAccepted => {
            Content::InvitationAccepted { organization, member: name, awaits_seat: facts_ask_for_seats(facts) }
        }
        TemplateKind::SeatAllocated => Content::SeatAllocated { organization, member: name },
        TemplateKind::SeatAwaited => Content::SeatAwaited { organization, member: name },
        TemplateKind::SeatsFilling => {
            let limit = facts.head()?.seats.limit.unwrap_or(20);
            Content::SeatsFilling { organization, taken: limit, limit }
        }
        TemplateKind::AccessEnding => Content::AccessEnding { member, organization, name, at },
        TemplateKind::AccessEnded => Content::AccessEnded { member, organization, name, at },
        TemplateKind::AccessRemoved => Content::AccessRemoved { organization, member: name },
        TemplateKind::MemberDeactivating => Content::MemberDeactivating { member, organization, name, at },
        TemplateKind::MemberDeactivated => Content::MemberDeactivated { member, organization, name, at },
    };
    let address = own.and_then(|member| member.email.clone());
    let to = address.map_or_else(|| EmailAddress::parse("somebody@example.org"), Ok)?;
    Ok(Message {
        id: MessageId(nobody),
        scope: MessageScope::Organization(it.id),
        to: Recipient::Address(to),
        language: template.language,
        content,
        branding: it.branding.of_mail("", template.language),
        created_at: facts.now,
        due_at: facts.now,
    })
}

fn role_offered(policy: &OrganizationPolicy, offered: &Offered) -> Result<String, Refusal> {
    let scheme = &policy.role_scheme;
    match &offered.role {
        Some(role) if scheme.role(role).is_none() => Err(Refusal::UnknownRole { role: role.clone() }),
        role => Ok(role.as_ref().unwrap_or_else(|| scheme.default_role()).to_string()),
    }
}

fn facts_ask_for_seats(facts: &Facts) -> bool {
    use crate::policy::SeatPolicy;
    facts.head.as_ref().is_some_and(|head| head.organization.policy.seat_policy == SeatPolicy::ByHand)
}

/// A service that nobody told how mails are written shows the placeholders as they stand.
pub(super) struct Unrendered;

impl Composer for Unrendered {
    fn built_in(&self, template: TemplateKey) -> Wording {
        let text = template.kind.required().unwrap_or("organization");
        Wording::of("{{ organization }}".to_owned(), format!("{{{{ {text} }}}}"))
    }

    fn preview(&self, message: &Message, wording: &Wording) -> Result<Letter, String> {
        let Recipient::Address(to) = &message.to else { return Err("it has no single recipient".to_owned()) };
        Ok(Letter {
            id: message.id,
            to: to.clone(),
            sender_name: message.branding.sender_name.clone(),
            reply_to: message.branding.reply_to.clone(),
            subject: wording.subject.clone(),
            text: wording.text.clone().into(),
            html: String::new().into(),
            date: message.created_at,
        })
    }
}
