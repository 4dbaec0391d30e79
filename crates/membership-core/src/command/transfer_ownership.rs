//! Pass the ownership on: the owner's alone; the former owner keeps the highest role (S1.4, S1.11, A48).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::member::Member;
use crate::message::{Content, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Make another member the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferOwnership {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Who shall own it.
    pub member: MemberId,
    /// The organization's version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for TransferOwnership {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::TransferOwnership { member })?;
        unchanged(self.expected, authority.head.organization.version)?;
        let mut draft = Draft::new(facts, self.by);
        hand_over(&mut draft, facts.owner(), member)?;
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

/// Records the transfer and tells both people.
///
/// # Errors
/// [`Refusal::UnknownOrganization`].
pub(crate) fn hand_over(draft: &mut Draft, former: Option<&Member>, to: &Member) -> Result<(), Refusal> {
    draft.record(Event::OwnershipTransferred { to: to.id });
    let organization = draft.facts().head()?.organization.clone();
    for member in former.into_iter().chain([to]) {
        let Some(email) = &member.email else { continue };
        draft.mail(Mail {
            scope: MessageScope::Organization(organization.id),
            cause: (organization.id.0, organization.version),
            to: Recipient::Address(email.clone()),
            language: member.language_in(&organization),
            content: Content::OwnershipTransferred {
                organization: organization.name.to_string(),
                former: former.map(|member| member.name.to_string()),
                owner: to.name.to_string(),
            },
            due_at: None,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Suspend;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, french, member, outcome, with};
    use crate::language::Language;

    fn transfer(who: u128, to: u128) -> TransferOwnership {
        TransferOwnership { organization: ORGANIZATION, by: by(who), member: member(to), expected: None }
    }

    #[test]
    fn i1_ownership_passes_from_owner_to_active_member() {
        let team = with(with(founded("team"), 2, "admin"), 3, "member");
        for (who, to, answer) in [
            (OWNER, 3, "ok"),
            (OWNER, OWNER, "already-owner"),
            (OWNER, 9, "unknown-member"),
            (2, 2, "owner-only"),
            (3, 2, "owner-only"),
        ] {
            assert_eq!(outcome(&transfer(who, to), &team), answer, "{who} to {to}");
        }
        let suspend = Suspend { organization: ORGANIZATION, by: by(OWNER), member: member(3) };
        assert_eq!(outcome(&transfer(OWNER, 3), &after(suspend.decide(&team))), "cannot-own");
    }

    #[test]
    fn i1_a_new_owner_has_no_date_on_which_access_ends() {
        let mut team = with(founded("team"), 3, "member");
        team.members[1].deactivates_at = Some(team.now + time::Duration::days(1));
        let passed = after(transfer(OWNER, 3).decide(&team));
        assert_eq!(passed.owner().unwrap().deactivates_at, None);
    }

    #[test]
    fn s1_11_the_former_owner_is_an_admin() {
        let team = with(founded("team"), 3, "member");
        let decision = transfer(OWNER, 3).decide(&french(team, 3)).unwrap();
        let languages: Vec<_> = decision.messages.iter().map(|it| it.language).collect();
        assert_eq!(languages, [Language::English, Language::French], "each is told in their own");
        let passed = decision.after;
        assert_eq!(passed.head().unwrap().organization.owner, Some(member(3)));
        assert_eq!(passed.member(member(OWNER)).unwrap().role.as_str(), "admin");
        assert_eq!(outcome(&transfer(OWNER, 3), &passed), "owner-only");
        assert_eq!(outcome(&transfer(3, OWNER), &passed), "ok");
    }
}
