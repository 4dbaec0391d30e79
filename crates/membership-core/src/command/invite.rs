//! Invite people: one or many, each address with its own outcome (S1.3, S2.1, S3.1).

use time::{Duration, OffsetDateTime};

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{GroupId, InvitationId, OrganizationId, SessionId};
use crate::input::InvalidInput;
use crate::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter, reminder_dates};
use crate::language::Language;
use crate::message::{Content, Errand, MessageScope, Recipient};
use crate::organization::OrganizationState;
use crate::program::{MOST_GROUPS, Phase, groups_named};
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::view::{InvitationView, invitation_view};
use crate::wording::{TemplateKind, Wording};

/// Invite people to an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who invites.
    pub by: Actor,
    /// Whom, and to what; decided one after the other, so that the last free seat goes to the first of them.
    pub offers: Vec<Offer>,
    /// Whether the first refusal refuses all of them, instead of being that address's outcome.
    pub all_or_none: bool,
}

/// An offer to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The invitation's id.
    pub id: InvitationId,
    /// The address.
    pub email: EmailAddress,
    /// The role; the organization's default one if none is named.
    pub role: Option<RoleKey>,
    /// The mail's language; the organization's if none is named.
    pub language: Option<Language>,
    /// The inviter's own words.
    pub message: Option<String>,
    /// The inviter's text for this one mail, in place of the organization's (S0.8).
    pub wording: Option<Wording>,
    /// When it goes out; at once if no time is named.
    pub opens_at: Option<OffsetDateTime>,
    /// For how many days it can be accepted; as long as the policy says if no number is named.
    pub valid_days: Option<u8>,
    /// The date on which the membership ends by itself (S2.2).
    pub deactivates_at: Option<OffsetDateTime>,
    /// The groups that accepting leads into (S2.2).
    pub groups: Vec<GroupId>,
    /// The sessions that accepting enrols in (S2.13).
    pub sessions: Vec<SessionId>,
    /// Whether it goes by mail or is handed over.
    pub channel: Channel,
}

/// What became of an offer.
pub type Outcome = Result<InvitationView, Refusal>;

impl Command for Invite {
    type Reply = Vec<Outcome>;

    fn scope(&self) -> Scope {
        let addresses: Vec<_> = self.offers.iter().map(|offer| offer.email.clone()).collect();
        let mut groups: Vec<_> = self.offers.iter().flat_map(|offer| offer.groups.iter().copied()).collect();
        let mut sessions: Vec<_> = self.offers.iter().flat_map(|offer| offer.sessions.iter().copied()).collect();
        groups.sort_unstable();
        groups.dedup();
        sessions.sort_unstable();
        sessions.dedup();
        Scope {
            members_at: addresses.clone(),
            invited_at: addresses,
            lapsed: true,
            groups,
            sessions,
            ..acting(self.organization, self.by)
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<Outcome>>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ViewInvitations)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        let mut outcomes = Vec::new();
        for (index, offer) in self.offers.iter().enumerate() {
            let repeated = self.offers.iter().take(index).any(|earlier| earlier.email == offer.email);
            let outcome = if repeated { Err(Refusal::Duplicate) } else { offer_invitation(&mut draft, self.by, offer) };
            match outcome {
                Err(refusal) if self.all_or_none => return Err(refusal),
                outcome => outcomes.push(outcome),
            }
        }
        Ok(draft.reply(outcomes))
    }
}

/// Makes the invitation that an offer becomes, with the mail that carries its link, and takes it from the quotas.
///
/// # Errors
/// The rule that says no.
pub(crate) fn offer_invitation(draft: &mut Draft, by: Actor, offer: &Offer) -> Outcome {
    let invitation = invitation_for(draft.facts(), by, offer)?;
    offer.wording.iter().try_for_each(|it| it.check(TemplateKind::Invitation))?;
    let by_mail = invitation.channel == Channel::Mail;
    if by_mail {
        charge(draft, &invitation)?;
    }
    draft.record(Event::InvitationCreated { invitation });
    // What is handed over is no mail: a text for one would never be read.
    if let Some(wording) = offer.wording.clone().filter(|_| by_mail) {
        draft.record(Event::InvitationWorded { invitation: offer.id, wording });
    }
    if by_mail {
        mail_invitation(draft, offer.id)?;
    }
    invitation_view(draft.facts(), by, offer.id)
}

/// What an invitation by mail takes from quotas: the inviter's, the organization's, and the recipient's over all
/// organizations (A54).
fn charge(draft: &mut Draft, invitation: &Invitation) -> Result<(), Refusal> {
    let Inviter::Member(inviter) = invitation.invited_by else { return Ok(()) };
    let organization = draft.facts().head()?.organization.id;
    draft.charge(Cause::Invitation, |limits| {
        vec![
            (Bucket::member(organization, inviter), &limits.invitations_per_inviter),
            (Bucket::organization(organization), &limits.invitations_per_organization),
            (Bucket::mailbox(&invitation.email), &limits.invitations_per_recipient),
        ]
    })
}

/// The invitation that an offer becomes, if nothing stops it.
///
/// # Errors
/// The rule that says no.
fn invitation_for(facts: &Facts, by: Actor, offer: &Offer) -> Result<Invitation, Refusal> {
    let authority = Authority::of(facts, by)?;
    let head = authority.head;
    let policy = &head.organization.policy;
    let role = offer.role.as_ref().unwrap_or_else(|| policy.role_scheme.default_role());
    authority.may(Action::ViewInvitations)?;
    if head.organization.state == OrganizationState::AwaitingOwner {
        return Err(Refusal::AwaitingOwner);
    }
    if facts.member_at(&offer.email).is_some() {
        return Err(Refusal::AlreadyMember);
    }
    if facts.outstanding_at(&offer.email).is_some() {
        return Err(Refusal::AlreadyInvited);
    }
    let dates = [offer.opens_at, offer.deactivates_at];
    if dates.iter().flatten().any(|at| *at <= facts.now) {
        return Err(Refusal::DateInThePast);
    }
    let opens_at = offer.opens_at.unwrap_or(facts.now);
    // Nobody could accept what has ended before it goes out.
    if offer.deactivates_at.is_some_and(|at| at <= opens_at) {
        return Err(InvalidInput::new("deactivates_at", "ends-before-start", "must lie after `send_at`").into());
    }
    let (groups, sessions) = led_into(&authority, facts, offer)?;
    authority.may(Action::Invite { role })?;
    let days = offer.valid_days.unwrap_or(policy.invitation_policy.valid_days);
    Ok(Invitation {
        id: offer.id,
        email: offer.email.clone(),
        role: role.clone(),
        for_owner: false,
        state: InvitationState::Pending,
        generation: 1,
        channel: offer.channel,
        reserves_seat: head.seats_on_inviting(),
        invited_by: authority.standing.member().map_or(Inviter::Operator, |member| Inviter::Member(member.id)),
        language: offer.language.unwrap_or(head.organization.language),
        message: offer.message.clone(),
        wording: None,
        deactivates_at: offer.deactivates_at,
        groups,
        sessions,
        created_at: facts.now,
        opens_at,
        expires_at: opens_at.saturating_add(Duration::days(i64::from(days))),
        settled_at: None,
        member: None,
        sends: 1,
        delivery: if offer.channel == Channel::Mail { Delivery::Queued } else { Delivery::None },
        version: 1,
    })
}

/// The groups and sessions that an offer leads into. All must be there, and no session over; only who may bring people
/// into groups may promise it.
fn led_into(
    authority: &Authority<'_>,
    facts: &Facts,
    offer: &Offer,
) -> Result<(Vec<GroupId>, Vec<SessionId>), Refusal> {
    if offer.groups.is_empty() && offer.sessions.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    authority.may(Action::ManageGroups)?;
    offer.groups.iter().try_for_each(|group| facts.group(*group).map(drop))?;
    let groups = groups_named(offer.groups.clone())?;
    let mut sessions = offer.sessions.clone();
    sessions.sort_unstable();
    sessions.dedup();
    if MOST_GROUPS < sessions.len() {
        return Err(InvalidInput::new("sessions", "too-many", "must name at most 100 sessions").into());
    }
    for session in &sessions {
        if facts.session(*session)?.phase_at(facts.now) == Phase::Over {
            return Err(Refusal::SessionOver);
        }
    }
    Ok((groups, sessions))
}

/// Mails an invitation's present link, and sees to the reminders if the organization sends any.
///
/// # Errors
/// [`Refusal::UnknownInvitation`].
pub(crate) fn mail_invitation(draft: &mut Draft, id: InvitationId) -> Result<(), Refusal> {
    let mail = invitation_mail(draft.facts(), id)?;
    draft.mail(mail);
    let facts = draft.facts();
    let organization = &facts.head()?.organization;
    let invitation = facts.invitation(id)?;
    let since = invitation.opens_at.max(facts.now);
    let first = reminder_dates(since, invitation.expires_at).into_iter().next();
    if let Some(first) = first.filter(|_| organization.policy.invitation_policy.reminders) {
        let generation = invitation.generation;
        let errand = Errand::Remind { invitation: id, generation, since };
        let mail = Mail::errand(organization, (id.0, u64::from(generation)), errand, first);
        draft.mail(mail);
    }
    Ok(())
}

/// The mail that carries an invitation's present link.
///
/// # Errors
/// [`Refusal::UnknownInvitation`].
pub(crate) fn invitation_mail(facts: &Facts, id: InvitationId) -> Result<Mail, Refusal> {
    let head = facts.head()?;
    let invitation = facts.invitation(id)?;
    let inviter = match invitation.invited_by {
        Inviter::Member(member) => facts.member(member).ok().map(|member| member.name.to_string()),
        Inviter::Operator => None,
    };
    Ok(Mail {
        scope: MessageScope::Organization(head.organization.id),
        cause: (invitation.id.0, u64::from(invitation.generation)),
        to: Recipient::Address(invitation.email.clone()),
        language: invitation.language,
        content: Content::Invitation {
            invitation: invitation.id,
            generation: invitation.generation,
            inviter,
            organization: head.organization.name.to_string(),
            role: if invitation.for_owner { "owner".to_owned() } else { invitation.role.to_string() },
            message: invitation.message.clone(),
            expires_at: invitation.expires_at,
        },
        due_at: Some(invitation.opens_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, founded, group, grouped, invitation, invited, limited, offer, outcome,
        with,
    };

    fn invite(who: u128, offers: Vec<Offer>) -> Invite {
        Invite { organization: ORGANIZATION, by: by(who), offers, all_or_none: true }
    }

    #[test]
    fn s1_3_who_may_invite_as_what() {
        let facts = with(with(founded("team"), 2, "admin"), 3, "member");
        for (who, role, answer) in [
            (OWNER, Some("admin"), "ok"),
            (OWNER, Some("member"), "ok"),
            (OWNER, None, "ok"),
            (OWNER, Some("owner"), "role-above-yours"),
            (OWNER, Some("pilot"), "unknown-role"),
            (2, Some("member"), "ok"),
            (2, Some("admin"), "role-above-yours"),
            (3, Some("member"), "permission-missing"),
            (4, Some("member"), "unknown-organization"),
        ] {
            assert_eq!(outcome(&invite(who, vec![offer(20, role)]), &facts), answer, "{who} {role:?}");
        }
    }

    #[test]
    fn i4_an_address_is_offered_once() {
        let facts = invited(with(founded("team"), 2, "member"), 20, "member");
        assert_eq!(outcome(&invite(OWNER, vec![offer(2, None)]), &facts), "already-member");
        assert_eq!(outcome(&invite(OWNER, vec![offer(20, None)]), &facts), "already-invited");
        assert_eq!(outcome(&invite(OWNER, vec![offer(21, None), offer(21, None)]), &facts), "duplicate");
        let later = at(facts, NOW + Duration::days(7));
        let again = Offer { id: invitation(99), ..offer(20, None) };
        let decided = after(invite(OWNER, vec![again]).decide(&later));
        assert_eq!(decided.invitation(invitation(20)).unwrap().state, InvitationState::Expired);
        assert_eq!(decided.invitation(invitation(99)).unwrap().state, InvitationState::Pending);
    }

    #[test]
    fn s3_5_invitations_reserve_seats_up_to_the_limit() {
        let facts = limited(founded("account"), 3);
        let mut batch = invite(OWNER, vec![offer(20, None), offer(21, None), offer(22, None)]);
        assert_eq!(outcome(&batch, &facts), "seat-limit-reached");
        batch.all_or_none = false;
        let decision = batch.decide(&facts).unwrap();
        let codes: Vec<_> = decision.reply.iter().map(|it| it.as_ref().map_or_else(Refusal::code, |_| "ok")).collect();
        assert_eq!(codes, ["ok", "ok", "seat-limit-reached"]);
        let mails = decision.messages.iter().map(|it| it.content.kind());
        let told: Vec<_> = mails.filter(|it| matches!(*it, "invitation" | "seats_filling")).collect();
        assert_eq!(told, ["invitation", "invitation", "seats_filling"]);
        let full = decision.after;
        assert_eq!((full.head().unwrap().seats.assigned, full.head().unwrap().seats.reserved), (1, 2));
        let later = at(full, NOW + Duration::days(7));
        let next = after(invite(OWNER, vec![offer(23, None)]).decide(&later));
        assert_eq!(next.head().unwrap().seats.reserved, 1, "lapsed reservations stop counting at that instant");
    }

    #[test]
    fn dates_lie_ahead_and_a_scheduled_mail_waits() {
        let facts = founded("team");
        let past = Offer { opens_at: Some(NOW), ..offer(20, None) };
        assert_eq!(outcome(&invite(OWNER, vec![past]), &facts), "date-in-the-past");
        let past = Offer { deactivates_at: Some(NOW - Duration::days(1)), ..offer(20, None) };
        assert_eq!(outcome(&invite(OWNER, vec![past]), &facts), "date-in-the-past");
        let opens_at = NOW + Duration::days(2);
        for (hours, answer) in [(-1, "invalid-input"), (0, "invalid-input"), (1, "ok")] {
            let deactivates_at = Some(opens_at + Duration::hours(hours));
            let ends = Offer { opens_at: Some(opens_at), deactivates_at, ..offer(20, None) };
            assert_eq!(outcome(&invite(OWNER, vec![ends]), &facts), answer, "it ends {hours} hours after it goes out");
        }
        let scheduled = Offer { opens_at: Some(opens_at), ..offer(20, None) };
        let decision = invite(OWNER, vec![scheduled]).decide(&facts).unwrap();
        let it = decision.after.invitation(invitation(20)).unwrap();
        assert_eq!(it.state_at(NOW), InvitationState::Scheduled);
        assert_eq!(it.state_at(opens_at), InvitationState::Pending);
        assert_eq!(it.expires_at, opens_at + Duration::days(7));
        assert_eq!(decision.messages[0].due_at, opens_at);
    }

    #[test]
    fn s2_2_an_invitation_leads_into_groups_that_are_there() {
        let facts = grouped(with(founded("member_portal"), 2, "security_administrator"), 1);
        let into = |groups| Offer { groups, ..offer(20, Some("member")) };
        assert_eq!(outcome(&invite(OWNER, vec![into(vec![group(9)])]), &facts), "unknown-group");
        assert_eq!(outcome(&invite(2, vec![into(vec![])]), &facts), "ok");
        assert_eq!(outcome(&invite(2, vec![into(vec![group(1)])]), &facts), "permission-missing");
        let decided = after(invite(OWNER, vec![into(vec![group(1), group(1)])]).decide(&facts));
        assert_eq!(decided.invitation(invitation(20)).unwrap().groups, [group(1)]);
    }

    #[test]
    fn reminders_begin_two_days_after_the_link() {
        let facts = founded("team");
        let first = |days| {
            let offer = Offer { valid_days: Some(days), ..offer(20, None) };
            let messages = invite(OWNER, vec![offer]).decide(&facts).unwrap().messages;
            messages.into_iter().find(|it| matches!(it.content, Content::Errand { .. })).map(|it| it.due_at)
        };
        assert_eq!(first(7), Some(NOW + Duration::days(2)));
        assert_eq!(first(3), Some(NOW + Duration::days(1)), "two days before it expires");
        assert_eq!(first(1), None);
        let mut silent = facts.clone();
        silent.head.as_mut().unwrap().organization.policy.invitation_policy.reminders = false;
        assert_eq!(invite(OWNER, vec![offer(20, None)]).decide(&silent).unwrap().messages.len(), 1);
    }

    #[test]
    fn a_date_at_the_end_of_time_panics_nobody() {
        let last = time::macros::datetime!(9999-12-31 23:59:59 UTC);
        let far = Offer { opens_at: Some(last), ..offer(20, None) };
        assert_eq!(outcome(&invite(OWNER, vec![far]), &founded("team")), "ok");
    }

    #[test]
    fn a_link_that_is_handed_over_sends_no_mail() {
        let by_hand = Offer { channel: Channel::Hand, ..offer(20, None) };
        assert!(invite(OWNER, vec![by_hand]).decide(&founded("team")).unwrap().messages.is_empty());
    }
}
