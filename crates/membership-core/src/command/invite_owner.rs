//! The operator invites an owner anew where the one who was invited did not come (S0.1).

use time::Duration;

use crate::authority::{Action, Authority};
use crate::command::invite::mail_invitation;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, OrganizationId};
use crate::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use crate::refusal::Refusal;
use crate::view::{InvitationView, invitation_view};

/// Invite the owner of an organization that awaits one, at the same address or another; what was sent before is
/// withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteOwner {
    /// Which organization.
    pub organization: OrganizationId,
    /// The operator.
    pub by: Actor,
    /// The new invitation's id.
    pub invitation: InvitationId,
    /// The owner-to-be's address.
    pub email: EmailAddress,
}

impl Command for InviteOwner {
    type Reply = InvitationView;

    fn scope(&self) -> Scope {
        Scope { owner_invitation: true, lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<InvitationView>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::InviteOwner)?;
        let mut draft = Draft::new(facts, self.by);
        draft.settle_lapsed();
        let present = facts.invitations.iter().filter(|it| it.for_owner && it.is_outstanding(facts.now));
        present.for_each(|it| draft.record(Event::InvitationRevoked { invitation: it.id }));
        invite_owner(&mut draft, self.invitation, &self.email)?;
        let view = invitation_view(draft.facts(), self.by, self.invitation)?;
        Ok(draft.reply(view))
    }
}

/// Invites the owner of an organization by mail. It is offered the highest role, and a seat if one is free.
///
/// # Errors
/// [`Refusal::UnknownOrganization`].
pub(crate) fn invite_owner(draft: &mut Draft, id: InvitationId, email: &EmailAddress) -> Result<(), Refusal> {
    let now = draft.facts().now;
    let head = draft.facts().head()?;
    let policy = &head.organization.policy;
    let invitation = Invitation {
        id,
        email: email.clone(),
        role: policy.role_scheme.top().clone(),
        for_owner: true,
        state: InvitationState::Pending,
        generation: 1,
        channel: Channel::Mail,
        reserves_seat: head.seats_on_inviting() && head.seats.has_free(),
        invited_by: Inviter::Operator,
        language: head.organization.language,
        message: None,
        wording: None,
        deactivates_at: None,
        groups: Vec::new(),
        sessions: Vec::new(),
        created_at: now,
        opens_at: now,
        expires_at: now.saturating_add(Duration::days(i64::from(policy.invitation_policy.valid_days))),
        settled_at: None,
        member: None,
        sends: 1,
        delivery: Delivery::Queued,
        version: 1,
    };
    draft.record(Event::InvitationCreated { invitation });
    mail_invitation(draft, id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;
    use crate::api_key::NewKey;
    use crate::command::{CreateOperatorKey, FoundFor};
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, email, founded, invitation, outcome};
    use crate::id::ApiKeyId;
    use crate::language::Language;
    use crate::name::{KeyName, OrganizationName};
    use crate::preset::Preset;
    use crate::role::Permission;
    use crate::secret::TokenHash;
    use crate::subscription::Terms;

    const KEY: ApiKeyId = ApiKeyId(Uuid::from_u128(0x6_0001));

    /// An organization with one seat, whose owner is invited by invitation 7.
    fn awaiting() -> Facts {
        let found = FoundFor {
            id: ORGANIZATION,
            name: OrganizationName::parse("Acme").unwrap(),
            policy: Preset::named("account").unwrap().policy().unwrap(),
            language: Language::French,
            terms: Terms::of_seats(Some(1)),
            owner: email("p7@example.org"),
            invitation: invitation(7),
            by: Actor::Operator(None),
        };
        after(found.decide(&Facts::nothing(NOW)))
    }

    fn invite(by: Actor, address: &str) -> InviteOwner {
        InviteOwner { organization: ORGANIZATION, by, invitation: invitation(8), email: email(address) }
    }

    #[test]
    fn s0_1_an_owner_who_did_not_come_is_invited_anew() {
        let sent = awaiting();
        let ended = |event: Event| {
            let mut facts = sent.clone();
            facts.apply(&event);
            facts
        };
        let end = sent.invitation(invitation(7)).unwrap().expires_at;
        for (facts, state) in [
            (sent.clone(), InvitationState::Revoked),
            (at(sent.clone(), end), InvitationState::Expired),
            (ended(Event::InvitationDeclined { invitation: invitation(7) }), InvitationState::Declined),
            (ended(Event::InvitationRevoked { invitation: invitation(7) }), InvitationState::Revoked),
        ] {
            for address in ["p7@example.org", "p9@example.org"] {
                let decision = invite(Actor::Operator(None), address).decide(&facts).unwrap();
                assert_eq!(decision.after.invitation(invitation(7)).unwrap().state, state);
                let anew = decision.after.invitation(invitation(8)).unwrap();
                assert!(anew.for_owner && anew.is_outstanding(facts.now), "{state:?}");
                assert_eq!((anew.email.as_str(), anew.language), (address, Language::French));
                assert_eq!(decision.after.head().unwrap().seats.reserved, 1, "the one seat is reserved anew");
                assert_eq!(decision.messages[0].content.kind(), "invitation");
            }
        }
    }

    #[test]
    fn s0_1_only_the_operator_invites_an_owner_and_only_where_one_is_awaited() {
        let keyed = |scope: Permission| {
            let scopes = BTreeSet::from([scope]);
            let name = KeyName::parse("Billing").unwrap();
            let key = NewKey { id: KEY, name, scopes, days: Some(1), token: TokenHash([9; 32]) };
            after(CreateOperatorKey { by: Actor::Operator(None), key }.decide(&awaiting()))
        };
        for (by, facts, answer) in [
            (Actor::Operator(None), awaiting(), "ok"),
            (Actor::OperatorKey(KEY), keyed(Permission::ASSIGN_OWNERS), "ok"),
            (Actor::OperatorKey(KEY), keyed(Permission::FOUND_FOR_OTHERS), "permission-missing"),
            (Actor::OperatorKey(KEY), awaiting(), "not-signed-in"),
            (by(9), awaiting(), "unknown-organization"),
            (by(OWNER), founded("account"), "operator-only"),
            (Actor::Operator(None), founded("account"), "owner-is-fixed"),
            (Actor::Operator(None), Facts::nothing(NOW), "unknown-organization"),
        ] {
            assert_eq!(outcome(&invite(by, "p9@example.org"), &facts), answer, "{by:?}");
        }
    }
}
