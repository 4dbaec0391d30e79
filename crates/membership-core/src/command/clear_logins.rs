//! Clear the logins of all members, so that each sets one up again (S4.9). This only begins it; it is carried out chunk by
//! chunk.

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{ClearPick, Facts, RoundPick, Scope};
use crate::id::{ClearId, OrganizationId};
use crate::input::InvalidInput;
use crate::login_clear::{ClearCounts, ClearState, ClearStep, LoginClear};
use crate::message::Errand;
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::roster::{LeftOutCounts, RoundStep};

/// Begin to clear all logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearLogins {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The clear's id.
    pub clear: ClearId,
    /// The organization's name, as it was typed to confirm.
    pub confirm_name: String,
}

impl Command for ClearLogins {
    type Reply = LoginClear;

    fn scope(&self) -> Scope {
        let (round, clear) = (Some(RoundPick::Latest), Some(ClearPick::Current));
        Scope { round, clear, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<LoginClear>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::ClearLogins)?;
        // Whoever is no member has nobody below them.
        let missing = || Refusal::PermissionMissing { permission: Permission::MANAGE_LOGINS };
        let starter = authority.standing.member().ok_or_else(missing)?;
        if self.confirm_name.trim() != authority.head.organization.name.as_str() {
            let rule = "must be the organization's name, letter by letter";
            return Err(InvalidInput::new("confirm_name", "differs", rule).into());
        }
        facts.no_round_is_under_way()?;
        facts.no_clear_is_under_way(None)?;
        let mut draft = Draft::new(facts, self.by);
        end_stuck_round(&mut draft);
        end_stuck_clears(&mut draft, None);
        let clear = LoginClear {
            id: self.clear,
            number: facts.clears.iter().map(|it| it.number).max().unwrap_or_default().saturating_add(1),
            state: ClearState::Clearing,
            started_by: starter.id,
            starter: starter.name.to_string(),
            started_at: facts.now,
            acts_for: starter.id,
            moved_at: facts.now,
            finished_at: None,
            chunks: 0,
            after: None,
            counts: ClearCounts::default(),
            version: 1,
        };
        draft.record(Event::LoginClearBegun { clear: clear.clone() });
        next_chunk(&mut draft, &clear)?;
        Ok(draft.reply(clear))
    }
}

/// Ends a round that has not moved for long, so that an errand that comes late finds nothing left to do.
pub(super) fn end_stuck_round(draft: &mut Draft) {
    if let Some(round) = draft.facts().latest_round().filter(|it| it.finished_at.is_none()) {
        let step = RoundStep { after: round.after, mailed: 0, left_out: LeftOutCounts::new(), finishes: true };
        let round = round.id;
        draft.record(Event::RoundMoved { round, step });
    }
}

/// Ends clears that have not moved for long, but for that one.
pub(super) fn end_stuck_clears(draft: &mut Draft, but: Option<ClearId>) {
    let is_stuck = |it: &&LoginClear| it.is_open() && Some(it.id) != but;
    let mut stuck: Vec<_> = draft.facts().clears.iter().filter(is_stuck).collect();
    stuck.sort_by_key(|it| it.number);
    let stuck: Vec<_> = stuck.into_iter().map(|it| (it.id, ended(it))).collect();
    for (clear, step) in stuck {
        draft.record(Event::LoginClearMoved { clear, step });
    }
}

/// The step by which a clear, or taking it back, ends where it stands. What is kept can be given back by who may.
pub(super) fn ended(clear: &LoginClear) -> ClearStep {
    let (counts, state) = (ClearCounts::default(), ClearState::Cleared);
    ClearStep { after: clear.after, counts, settled: Vec::new(), state }
}

/// The errand by which a courier carries out the next chunk. It is written with the chunk before it, and each has an id
/// of its own: however often one is taken up, a chunk is carried out once.
pub(super) fn next_chunk(draft: &mut Draft, clear: &LoginClear) -> Result<(), Refusal> {
    let facts = draft.facts();
    let errand = match clear.state {
        ClearState::Clearing | ClearState::Cleared => Errand::ClearLogins { clear: clear.id, chunk: clear.chunks },
        ClearState::Undoing | ClearState::Undone => Errand::GiveLoginsBack { clear: clear.id, chunk: clear.chunks },
    };
    let mail = Mail::errand(&facts.head()?.organization, (clear.id.0, u64::from(clear.chunks)), errand, facts.now);
    draft.mail(mail);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::StartRound;
    use crate::fixture::{ORGANIZATION, OWNER, after, at, by, founded, outcome, with};
    use crate::id::RoundId;
    use crate::roster::Audience;
    use uuid::Uuid;

    const NAME: &str = "Acme";

    fn clear(who: Actor, name: &str) -> ClearLogins {
        let clear = ClearId(Uuid::from_u128(1));
        ClearLogins { organization: ORGANIZATION, by: who, clear, confirm_name: name.to_owned() }
    }

    fn portal() -> Facts {
        with(with(with(founded("member_portal"), 2, "administrator"), 3, "security_administrator"), 4, "member")
    }

    #[test]
    fn s4_9_only_administrators_and_only_who_types_the_name() {
        for (who, name, answer) in [
            (by(OWNER), NAME, "ok"),
            (by(2), NAME, "ok"),
            (by(3), NAME, "permission-missing"),
            (by(4), NAME, "permission-missing"),
            (by(9), NAME, "unknown-organization"),
            (Actor::Operator(None), NAME, "permission-missing"),
            (by(2), "", "invalid-input"),
            (by(2), &NAME.to_lowercase(), "invalid-input"),
            (by(2), &format!(" {NAME} "), "ok"),
        ] {
            assert_eq!(outcome(&clear(who, name), &portal()), answer, "{who:?} {name}");
        }
    }

    #[test]
    fn s4_9_neither_two_at_once_nor_while_a_round_runs_nor_a_round_while_it_runs() {
        let begun = after(clear(by(2), NAME).decide(&portal()));
        let audience = Audience::Matching { text: None, role: None, group: None, invited: None };
        let round = StartRound { organization: ORGANIZATION, by: by(3), round: RoundId(Uuid::from_u128(5)), audience };
        let again = ClearLogins { clear: ClearId(Uuid::from_u128(2)), ..clear(by(OWNER), NAME) };
        assert_eq!(outcome(&again, &begun), "clear-under-way");
        assert_eq!(outcome(&round, &begun), "clear-under-way");
        let late = at(begun.clone(), begun.now + LoginClear::GIVEN_UP_AFTER);
        let decided = again.decide(&late).unwrap();
        assert_eq!((decided.reply.number, decided.after.clears[0].state), (2, ClearState::Cleared));
        assert_eq!(outcome(&round, &late), "ok", "what does not move stands in nobody's way");
        let writing = after(round.decide(&portal()));
        assert_eq!(outcome(&clear(by(2), NAME), &writing), "round-under-way");
    }
}
