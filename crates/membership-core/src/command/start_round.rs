//! Write to members without a login, round after round, so that they set one up (S4.2, S4.3). This only begins a round;
//! it is sent chunk by chunk.

use crate::authority::{Action, Authority};
use crate::command::clear_logins::end_stuck_clears;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{ClearPick, Facts, RoundPick, Scope};
use crate::id::{OrganizationId, RoundId};
use crate::message::Errand;
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::roster::{Audience, LeftOutCounts, Round, RoundStep, refusal_of};

/// Begin a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartRound {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The round's id.
    pub round: RoundId,
    /// To whom.
    pub audience: Audience,
}

impl Command for StartRound {
    type Reply = Round;

    fn scope(&self) -> Scope {
        let mut scope = Scope {
            round: Some(RoundPick::Latest),
            clear: Some(ClearPick::Current),
            ..acting(self.organization, self.by)
        };
        if let Audience::Chosen { members } = &self.audience {
            scope.members.extend(members);
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Round>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::SendRounds)?;
        // Whoever is no member has nobody below them.
        let missing = || Refusal::PermissionMissing { permission: Permission::MANAGE_LOGINS };
        let starter = authority.standing.member().ok_or_else(missing)?;
        facts.no_clear_is_under_way(None)?;
        self.reaches_somebody(&authority, facts)?;
        let mut draft = Draft::new(facts, self.by);
        end_stuck_clears(&mut draft, None);
        if let Some(latest) = facts.latest_round() {
            self.is_another(latest, facts)?;
            if latest.finished_at.is_none() {
                let step = RoundStep { after: latest.after, mailed: 0, left_out: LeftOutCounts::new(), finishes: true };
                draft.record(Event::RoundMoved { round: latest.id, step });
            }
        }
        let round = Round {
            id: self.round,
            number: facts.latest_round().map_or(0, |it| it.number).saturating_add(1),
            audience: self.audience.clone(),
            started_by: starter.id,
            starter: starter.name.to_string(),
            started_at: facts.now,
            moved_at: facts.now,
            finished_at: None,
            chunks: 0,
            after: None,
            mailed: 0,
            left_out: LeftOutCounts::new(),
            version: 1,
        };
        draft.record(Event::RoundStarted { round: round.clone() });
        next_chunk(&mut draft, &round)?;
        Ok(draft.reply(round))
    }
}

impl StartRound {
    /// Everybody who is chosen must be there; if nobody of them can be written to, the reason is the refusal.
    fn reaches_somebody(&self, authority: &Authority<'_>, facts: &Facts) -> Result<(), Refusal> {
        let Audience::Chosen { members } = &self.audience else { return Ok(()) };
        let mut refusal = None;
        for id in members {
            match authority.may_write_to(facts.member(*id)?) {
                Ok(()) => return Ok(()),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
        refusal.map_or(Ok(()), |reason| Err(refusal_of(reason)))
    }

    /// One round at a time, and the same one not twice by mistake.
    fn is_another(&self, latest: &Round, facts: &Facts) -> Result<(), Refusal> {
        if latest.is_under_way(facts.now) {
            return Err(Refusal::RoundUnderWay { number: latest.number });
        }
        let again_at = latest.started_at.saturating_add(Round::NOT_AGAIN_FOR);
        if latest.audience == self.audience && facts.now < again_at {
            return Err(Refusal::RoundRepeated { number: latest.number });
        }
        Ok(())
    }
}

/// The errand by which a courier sends the next chunk. It is written with the chunk before it, and each has an id of its
/// own: however often one is taken up, a chunk is sent once.
pub(super) fn next_chunk(draft: &mut Draft, round: &Round) -> Result<(), Refusal> {
    let facts = draft.facts();
    let errand = Errand::SendRound { round: round.id, chunk: round.chunks };
    let mail = Mail::errand(&facts.head()?.organization, (round.id.0, u64::from(round.chunks)), errand, facts.now);
    draft.mail(mail);
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::SendRoundChunk;
    use crate::fixture::{ORGANIZATION, OWNER, after, at, by, founded, member, outcome, rostered, with};

    pub(super) fn everybody() -> Audience {
        Audience::Matching { text: None, role: None, group: None, invited: None }
    }

    fn start(who: u128, number: u128, audience: Audience) -> StartRound {
        let round = RoundId(uuid::Uuid::from_u128(number));
        StartRound { organization: ORGANIZATION, by: by(who), round, audience }
    }

    fn portal() -> Facts {
        let portal = with(with(founded("member_portal"), 3, "security_administrator"), 4, "member");
        rostered(rostered(portal, 20, "member"), 21, "security_administrator")
    }

    fn finished(facts: Facts, number: u128) -> Facts {
        let round = RoundId(uuid::Uuid::from_u128(number));
        let chunk = SendRoundChunk {
            organization: ORGANIZATION,
            round,
            chunk: 0,
            by: member(OWNER),
            members: vec![],
            finishes: true,
        };
        after(chunk.decide(&facts))
    }

    #[test]
    fn s4_4_only_who_manages_logins_and_nobody_above_themselves() {
        let chosen = |number| Audience::chosen(vec![member(number)]).unwrap();
        for (who, audience, answer) in [
            (OWNER, everybody(), "ok"),
            (3, everybody(), "ok"),
            (4, everybody(), "permission-missing"),
            (9, everybody(), "unknown-organization"),
            (3, chosen(20), "ok"),
            (3, chosen(21), "member-above-yours"),
            (3, chosen(4), "login-exists"),
            (3, chosen(22), "unknown-member"),
        ] {
            assert_eq!(outcome(&start(who, 1, audience.clone()), &portal()), answer, "{who} {audience:?}");
        }
    }

    #[test]
    fn whoever_cannot_be_reached_is_said_to_be() {
        let mut facts = portal();
        for it in facts.members.iter_mut().filter(|it| it.id == member(20)) {
            it.email = None;
        }
        let refusal = start(OWNER, 1, Audience::chosen(vec![member(20)]).unwrap()).decide(&facts).unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid(input) if (&*input.field, input.code) == ("members", "no-address")));
    }

    #[test]
    fn s4_3_one_round_at_a_time_and_none_twice_by_mistake() {
        let first = after(start(OWNER, 1, everybody()).decide(&portal()));
        let again = start(3, 2, everybody());
        assert_eq!(outcome(&again, &first), "round-under-way");
        let sent = finished(first.clone(), 1);
        assert_eq!(outcome(&again, &sent), "round-repeated");
        let other = start(3, 2, Audience::chosen(vec![member(20)]).unwrap());
        assert_eq!(outcome(&other, &sent), "ok", "another audience");
        let later = at(sent.clone(), sent.now + Round::NOT_AGAIN_FOR - Duration::microseconds(1));
        assert_eq!(outcome(&again, &later), "round-repeated");
        let later = at(sent.clone(), sent.now + Round::NOT_AGAIN_FOR);
        assert_eq!(again.decide(&later).unwrap().reply.number, 2);
        let stuck = at(first.clone(), first.now + Round::GIVEN_UP_AFTER);
        let decided = again.decide(&stuck).unwrap();
        assert_eq!(decided.reply.number, 2);
        assert!(decided.after.rounds[0].finished_at.is_some(), "what is stuck is ended");
    }
}
