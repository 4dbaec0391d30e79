//! Remove a member; access ends with the commit, and the seat is free (S0.7, S3.6, I8).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::message::{Content, MessageScope, Recipient};
use crate::refusal::Refusal;

/// Remove a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remove {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whom.
    pub member: MemberId,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for Remove {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::Remove { member })?;
        unchanged(self.expected, member.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::MemberRemoved { member: self.member });
        if let Some(email) = &member.email {
            let organization = &authority.head.organization;
            draft.mail(Mail {
                scope: MessageScope::Organization(self.organization),
                cause: (self.member.0, member.version),
                to: Recipient::Address(email.clone()),
                language: member.language_in(organization),
                content: Content::AccessRemoved {
                    organization: organization.name.to_string(),
                    member: member.name.to_string(),
                },
                due_at: None,
            });
        }
        draft.settle_lapsed();
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, french, member, outcome, with};
    use crate::language::Language;

    #[test]
    fn a37_who_may_remove_whom() {
        let team = with(with(with(founded("team"), 2, "admin"), 3, "member"), 4, "admin");
        let remove =
            |who, whom| Remove { organization: ORGANIZATION, by: by(who), member: member(whom), expected: None };
        for (who, whom, answer) in [
            (OWNER, 2, "ok"),
            (OWNER, 3, "ok"),
            (OWNER, OWNER, "owner-is-fixed"),
            (2, OWNER, "owner-is-fixed"),
            (2, 3, "ok"),
            (2, 4, "member-above-yours"),
            (2, 2, "not-on-yourself"),
            (3, 2, "permission-missing"),
            (9, 3, "unknown-organization"),
        ] {
            assert_eq!(outcome(&remove(who, whom), &team), answer, "{who} removes {whom}");
        }
    }

    #[test]
    fn s3_6_the_seat_is_free_and_the_person_is_told() {
        let account = with(founded("account"), 3, "viewer");
        let remove = Remove { organization: ORGANIZATION, by: by(OWNER), member: member(3), expected: None };
        let decision = remove.decide(&account).unwrap();
        assert_eq!(decision.messages.len(), 1);
        assert_eq!(decision.messages[0].language, Language::English, "the organization's");
        let in_french = remove.decide(&french(account, 3)).unwrap();
        assert_eq!(in_french.messages[0].language, Language::French, "the person's, where it is known");
        let gone = after(Ok(decision));
        assert_eq!(gone.head().unwrap().seats.assigned, 1);
        assert_eq!(outcome(&remove, &gone), "unknown-member");
    }
}
