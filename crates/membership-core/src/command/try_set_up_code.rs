//! Type the code that takes the place of a personal link: a right one leads to the link and spends nothing (I11), a wrong
//! one is counted, and a few of them end the code, never the link or the member (S4.8, A28, `docs/decisions/0033`).

use crate::command::Command;
use crate::command::redeem_set_up_link::open_set_up;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::secret::Link;

/// Try a code that leads to a member by its locator. That is counted, or found right, under the organization's lock: of
/// many guesses made at once no more are answered than one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrySetUpCode {
    /// Which organization.
    pub organization: OrganizationId,
    /// Whose code.
    pub member: MemberId,
    /// The generation of the link whose code the caller has compared it with.
    pub generation: u32,
    /// Whether it is the code of that link.
    pub is_right: bool,
}

impl Command for TrySetUpCode {
    /// Whether it leads to the link.
    type Reply = bool;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..Scope::of(self.organization) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<bool>, Refusal> {
        facts.head().map_err(|_| Refusal::UnknownCode)?;
        let mut draft = Draft::new(facts, Actor::Invitee);
        let link = Link::to_set_up(self.organization, self.member, self.generation);
        let opened = open_set_up(facts, &link);
        let code = facts.member(self.member).ok().and_then(|it| it.set_up?.code);
        // Who has guessed learns nothing, not even that a code was there to be guessed.
        let code = code.filter(|it| !it.is_guessed_dead()).ok_or(Refusal::UnknownCode)?;
        if self.is_right {
            opened?;
            return if facts.now < code.expires_at { Ok(draft.reply(true)) } else { Err(Refusal::LinkExpired) };
        }
        // A dead code has nothing left to be guessed.
        if opened.is_ok() && facts.now < code.expires_at {
            draft.record(Event::SetUpCodeMissed { member: self.member });
        }
        Ok(draft.reply(false))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::IssueSetUpLink;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, member, outcome, rostered, user};
    use crate::set_up::{Reach, SetUpCode};
    use crate::typed_code::CodeLocator;

    fn tried(generation: u32, is_right: bool) -> TrySetUpCode {
        TrySetUpCode { organization: ORGANIZATION, member: member(20), generation, is_right }
    }

    fn issued(facts: &Facts, reach: Reach) -> Facts {
        let (organization, by, member) = (ORGANIZATION, by(OWNER), member(20));
        after(IssueSetUpLink { organization, by, member, user: None, reach }.decide(facts))
    }

    fn handed_over() -> Facts {
        issued(&rostered(founded("member_portal"), 20, "member"), Reach::Hand(CodeLocator(7)))
    }

    fn misses(facts: &Facts) -> u32 {
        facts.member(member(20)).unwrap().set_up.unwrap().code.unwrap().misses
    }

    #[test]
    fn a28_wrong_codes_end_the_code_and_nothing_else() {
        let mut facts = handed_over();
        for missed in 1..=SetUpCode::MOST_MISSES {
            let right = tried(1, true).decide(&facts).unwrap();
            assert!(right.reply && right.events.is_empty(), "a right one spends nothing, whatever was missed before");
            let wrong = tried(1, false).decide(&facts).unwrap();
            assert!(!wrong.reply && wrong.accounts.len() == 1);
            facts = wrong.after;
            assert_eq!(misses(&facts), missed);
        }
        for is_right in [true, false] {
            assert_eq!(outcome(&tried(1, is_right), &facts), "unknown-code", "{is_right}");
        }
        let link = Link::to_set_up(ORGANIZATION, member(20), 1);
        assert!(open_set_up(&facts, &link).is_ok(), "the link lives");
        let anew = issued(&facts, Reach::Hand(CodeLocator(8)));
        assert!(tried(2, true).decide(&anew).unwrap().reply, "and another code can be made");
    }

    #[test]
    fn s4_8_a_code_is_bound_to_its_link() {
        let facts = handed_over();
        let renewed = issued(&facts, Reach::Hand(CodeLocator(8)));
        assert_eq!(outcome(&tried(1, true), &renewed), "link-superseded");
        let wrong = tried(1, false).decide(&renewed).unwrap();
        assert!(wrong.events.is_empty(), "a guess at a dead code counts against no living one");
        assert_eq!(outcome(&tried(2, true), &issued(&renewed, Reach::Mail)), "unknown-code");
        let mut used = facts.clone();
        used.apply(&Event::LoginSetUp { member: member(20), user: user(7), by_link: true });
        assert_eq!(outcome(&tried(1, true), &used), "link-spent");
        assert_eq!(outcome(&tried(1, true), &Facts::nothing(NOW)), "unknown-code");
    }

    #[test]
    fn a_code_lives_shorter_than_its_link() {
        let facts = handed_over();
        let last = at(facts.clone(), NOW + SetUpCode::LASTS - Duration::microseconds(1));
        assert!(tried(1, true).decide(&last).unwrap().reply);
        let late = at(facts, NOW + SetUpCode::LASTS);
        assert_eq!(outcome(&tried(1, true), &late), "link-expired");
        assert!(tried(1, false).decide(&late).unwrap().events.is_empty());
    }
}
