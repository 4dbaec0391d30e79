//! Set or clear the date on which a member's access ends by itself (S2.2, S2.12).

use time::{Duration, OffsetDateTime};

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::member::Member;
use crate::message::Errand;
use crate::organization::Organization;
use crate::refusal::Refusal;
use crate::view::{MemberView, member_view};

/// Set or clear a member's deactivation date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDeactivationDate {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose.
    pub member: MemberId,
    /// The instant from which on the member has no access, or `None` for no end.
    pub at: Option<OffsetDateTime>,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for SetDeactivationDate {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::SetDeactivationDate { member })?;
        unchanged(self.expected, member.version)?;
        if self.at.is_some_and(|at| at <= facts.now) {
            return Err(Refusal::DateInThePast);
        }
        let mut draft = Draft::new(facts, self.by);
        if member.deactivates_at != self.at {
            draft.record(Event::DeactivationDateSet { member: self.member, at: self.at });
            let dated = draft.facts().member(self.member)?;
            if let Some(errand) = tell_of_deactivation(&authority.head.organization, dated) {
                draft.mail(errand);
            }
        }
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

/// How long before the date the person and the administrators are told.
const TOLD_AHEAD: Duration = Duration::days(7);

/// The errand that tells the person and the administrators, ahead and on the date, that access ends (S2.14).
pub(super) fn tell_of_deactivation(organization: &Organization, member: &Member) -> Option<Mail> {
    let at = member.deactivates_at?;
    let errand = Errand::TellOfDeactivation { member: member.id, at };
    Some(Mail::errand(organization, (member.id.0, member.version), errand, at.saturating_sub(TOLD_AHEAD)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, member, outcome, with};
    use crate::member::MemberStatus;

    #[test]
    fn s2_14_access_ends_at_that_instant_and_the_seat_is_free() {
        let facts = with(with(founded("learning_platform"), 3, "trainee"), 4, "author");
        let end = NOW + Duration::hours(1);
        let date = |who, whom, at| SetDeactivationDate {
            organization: ORGANIZATION,
            by: by(who),
            member: member(whom),
            at,
            expected: None,
        };
        assert_eq!(outcome(&date(OWNER, 3, Some(NOW)), &facts), "date-in-the-past");
        assert_eq!(outcome(&date(4, 3, Some(end)), &facts), "permission-missing");
        assert_eq!(outcome(&date(OWNER, OWNER, Some(end)), &facts), "owner-is-fixed");
        let month = NOW + Duration::days(30);
        let told = date(OWNER, 3, Some(month)).decide(&facts).unwrap().messages;
        assert_eq!(told.iter().map(|it| it.due_at).collect::<Vec<_>>(), [NOW + Duration::days(23)]);
        let dated = after(date(OWNER, 3, Some(end)).decide(&facts));
        let before = end - Duration::microseconds(1);
        assert_eq!(dated.member(member(3)).unwrap().status_at(before), MemberStatus::Active);
        assert_eq!(dated.member(member(3)).unwrap().status_at(end), MemberStatus::Deactivated);
        assert_eq!(at(dated.clone(), end).settled().head().unwrap().seats.assigned, 2);
        assert_eq!(outcome(&date(OWNER, 3, None), &at(dated, end)), "member-not-active");
    }
}
