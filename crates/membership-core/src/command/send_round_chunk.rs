//! Send one chunk of a round: the mails, the links they carry, and how far the round has come, in one commit. Whoever has
//! set up a login meanwhile is left out (S4.3).

use crate::authority::{Action, Authority, Standing};
use crate::command::Command;
use crate::command::set_up_link::{charge_link, issue_link};
use crate::command::start_round::next_chunk;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, RoundPick, Scope};
use crate::id::{MemberId, OrganizationId, RoundId};
use crate::member::Member;
use crate::refusal::Refusal;
use crate::roster::{Forecast, LeftOut, LeftOutCounts, Round, RoundStep};
use crate::set_up::Reach;

/// Send one chunk of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRoundChunk {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which round.
    pub round: RoundId,
    /// Which of its chunks; one that was sent already is not sent again.
    pub chunk: u32,
    /// Who started the round, as the caller has read it.
    pub by: MemberId,
    /// Whom the chunk considers, in the order of their ids.
    pub members: Vec<MemberId>,
    /// Whether nobody comes after them.
    pub finishes: bool,
}

impl Command for SendRoundChunk {
    /// Whether the round goes on.
    type Reply = bool;

    fn scope(&self) -> Scope {
        let mut scope = Scope { round: Some(RoundPick::Id(self.round)), ..Scope::of(self.organization) };
        scope.members.push(self.by);
        scope.members.extend(&self.members);
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<bool>, Refusal> {
        let head = facts.head()?;
        let round = facts.round(self.round)?;
        if round.started_by != self.by {
            return Err(Refusal::ChangedMeanwhile);
        }
        let by = facts.member(self.by).ok();
        let user = by.and_then(|it| it.user);
        let mut draft = Draft::new(facts, user.map_or(Actor::System, Actor::User));
        if round.chunks != self.chunk || round.finished_at.is_some() {
            return Ok(draft.reply(false));
        }
        // Whoever may not send rounds any more sends no more of this one.
        let standing = by.and_then(|it| Standing::of_member(head, it, facts.now).ok());
        let authority = standing.map(|standing| Authority {
            head,
            standing,
            // It was started by somebody who was known well enough then.
            two_factors: true,
            now: facts.now,
            scopes: None,
        });
        let Some(authority) = authority.filter(|it| it.may(Action::SendRounds).is_ok()) else {
            let step = RoundStep { after: round.after, mailed: 0, left_out: LeftOutCounts::new(), finishes: true };
            draft.record(Event::RoundMoved { round: round.id, step });
            return Ok(draft.reply(false));
        };
        let mut done = Forecast::default();
        for id in &self.members {
            let verdict = reach(&mut draft, &authority, facts.member(*id));
            done.count(verdict, 1);
            if verdict.is_ok() {
                issue_link(&mut draft, *id, Reach::Mail, Some(round.number))?;
            }
        }
        let step = RoundStep {
            after: self.members.last().copied().or(round.after),
            mailed: done.mail,
            left_out: done.left_out,
            finishes: self.finishes,
        };
        draft.record(Event::RoundMoved { round: round.id, step });
        if !self.finishes {
            let round: Round = draft.facts().round(self.round)?.clone();
            next_chunk(&mut draft, &round)?;
        }
        Ok(draft.reply(!self.finishes))
    }
}

/// Whether a round of this actor writes to a member now; if it does, the mail is taken from what may reach the mailbox.
///
/// # Errors
/// Why not.
pub(crate) fn reach(
    draft: &mut Draft,
    authority: &Authority<'_>,
    member: Result<&Member, Refusal>,
) -> Result<(), LeftOut> {
    let member = member.map_err(|_| LeftOut::Gone)?;
    authority.may_write_to(member)?;
    charge_link(draft, member.email.as_ref(), Reach::Mail).map_err(|_| LeftOut::RateLimited)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{IssueSetUpLink, StartRound};
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, email, founded, member, rostered, user, with};
    use crate::quota::MailLimits;
    use crate::roster::Audience;

    const ROUND: RoundId = RoundId(uuid::Uuid::from_u128(1));

    fn started(who: u128) -> Facts {
        let portal = with(with(founded("member_portal"), 3, "security_administrator"), 4, "member");
        let portal = rostered(rostered(rostered(portal, 20, "member"), 21, "member"), 22, "security_administrator");
        let audience = Audience::Matching { text: None, role: None, group: None, invited: None };
        after(StartRound { organization: ORGANIZATION, by: by(who), round: ROUND, audience }.decide(&portal))
    }

    fn chunk(who: u128, chunk: u32, members: &[u128], finishes: bool) -> SendRoundChunk {
        let members = members.iter().map(|number| member(*number)).collect();
        SendRoundChunk { organization: ORGANIZATION, round: ROUND, chunk, by: member(who), members, finishes }
    }

    #[test]
    fn s4_3_each_is_written_to_once_and_counted() {
        let first = chunk(OWNER, 0, &[20], false).decide(&started(OWNER)).unwrap();
        let kinds: Vec<_> = first.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(kinds, ["account_set_up", "send_round"]);
        let ada = first.after.member(member(20)).unwrap();
        assert_eq!((&*ada.rounds.numbers, ada.rounds.last_at), (&[1][..], Some(first.after.now)));
        let again = chunk(OWNER, 0, &[20], false).decide(&first.after).unwrap();
        assert!(again.events.is_empty() && again.messages.is_empty(), "a chunk is sent once");
        let last = after(chunk(OWNER, 1, &[21, 22], true).decide(&first.after));
        let round = last.round(ROUND).unwrap();
        assert_eq!((round.mailed, round.chunks, round.finished_at.is_some()), (3, 2, true));
        assert_eq!(round.after, Some(member(22)));
    }

    #[test]
    fn s4_3_who_sets_up_a_login_meanwhile_is_left_out() {
        let mut facts = started(OWNER);
        facts.apply(&Event::LoginSetUp { member: member(20), user: user(20), by_link: true });
        let decided = chunk(OWNER, 0, &[20, 21, 99], true).decide(&facts).unwrap();
        let round = decided.after.round(ROUND).unwrap();
        assert_eq!((round.mailed, decided.messages.len()), (1, 1));
        assert_eq!(round.left_out, LeftOutCounts::from([(LeftOut::HasLogin, 1), (LeftOut::Gone, 1)]));
    }

    #[test]
    fn a54_whose_mailbox_has_had_enough_is_left_out() {
        let mut facts = Facts { limits: MailLimits::default(), ..started(OWNER) };
        // Two who share a mailbox.
        for it in facts.members.iter_mut().filter(|it| it.id == member(21)) {
            it.email = Some(email("p20+other@example.org"));
        }
        let issue = IssueSetUpLink {
            organization: ORGANIZATION,
            by: by(OWNER),
            member: member(20),
            user: None,
            reach: Reach::Mail,
        };
        for _ in 0..2 {
            facts = after(issue.decide(&facts));
        }
        let decided = chunk(OWNER, 0, &[20, 21, 22], true).decide(&facts).unwrap();
        let round = decided.after.round(ROUND).unwrap();
        assert_eq!((round.mailed, decided.messages.len()), (2, 2));
        assert_eq!(round.left_out, LeftOutCounts::from([(LeftOut::RateLimited, 1)]));
        let passed_over = decided.after.member(member(21)).unwrap();
        assert_eq!((passed_over.set_up, passed_over.rounds.numbers.len()), (None, 0));
        let later = at(facts, NOW + Duration::hours(8));
        let decided = chunk(OWNER, 0, &[20, 21, 22], true).decide(&later).unwrap();
        assert_eq!(decided.after.round(ROUND).unwrap().mailed, 3, "one more after a third of the day");
    }

    #[test]
    fn s4_4_nobody_above_the_starter_and_nobody_once_they_may_not() {
        let facts = started(3);
        let decided = chunk(3, 0, &[20, 22], false).decide(&facts).unwrap();
        assert_eq!(decided.after.round(ROUND).unwrap().left_out, LeftOutCounts::from([(LeftOut::AboveYours, 1)]));
        let mut suspended = facts;
        suspended.apply(&Event::MemberSuspended { member: member(3) });
        let decided = chunk(3, 0, &[20], false).decide(&suspended).unwrap();
        assert_eq!((decided.messages.len(), decided.reply), (0, false));
        assert!(decided.after.round(ROUND).unwrap().finished_at.is_some());
    }
}
