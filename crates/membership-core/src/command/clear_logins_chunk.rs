//! Clear one chunk of an organization's logins, in one commit with how far the clear has come. What becomes of each is
//! decided on what is there then: whoever has set up a login since the clear began is left alone (S4.9).

use crate::authority::{Action, Authority, Standing};
use crate::command::Command;
use crate::command::change_password::end_links;
use crate::command::clear_logins::{ended, next_chunk};
use crate::command::set_login::told_at;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{ClearPick, Facts, KeyScope, Scope};
use crate::id::{ClearId, MemberId, OrganizationId, UserId};
use crate::login_clear::{ClearCounts, ClearState, ClearStep, Fate, LoginClear};
use crate::member::Member;
use crate::message::{Content, LoginChange, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::user::User;

/// Clear one chunk of logins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearLoginsChunk {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which clear.
    pub clear: ClearId,
    /// Which of its chunks; one that was carried out already is not carried out again.
    pub chunk: u32,
    /// For whom it is carried out, as the caller has read it.
    pub acts_for: MemberId,
    /// Whose logins the chunk considers, in the order of the accounts' ids, as the caller has read them.
    pub logins: Vec<(MemberId, UserId)>,
    /// Whether nobody comes after them.
    pub finishes: bool,
}

impl Command for ClearLoginsChunk {
    /// Whether the clear goes on.
    type Reply = bool;

    fn scope(&self) -> Scope {
        let users: Vec<_> = self.logins.iter().map(|(_, user)| *user).collect();
        let mut scope = Scope { clear: Some(ClearPick::Id(self.clear)), ..Scope::of(self.organization) };
        scope.members.push(self.acts_for);
        scope.members.extend(self.logins.iter().map(|(member, _)| *member));
        scope.keys = KeyScope::all();
        scope.factors_of.extend(&users);
        scope.links_of.extend(&users);
        scope.organizations_of.extend(&users);
        scope.users = users;
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<bool>, Refusal> {
        carry_out(facts, (self.clear, self.chunk, self.acts_for), ClearState::Clearing, |draft, clear, authority| {
            let mut counts = ClearCounts::default();
            for (id, user) in &self.logins {
                // Who is gone, or has another login by now, is not counted: they were not there when it began, or not so.
                let Ok(member) = facts.member(*id) else { continue };
                let Some(user) = facts.user(*user).filter(|user| member.user == Some(user.id)) else { continue };
                let fate = authority.fate_of(facts, member, user, clear.started_at);
                counts.count(fate);
                match fate {
                    Fate::LeftAlone(_) => {}
                    Fate::Gone => take(draft, clear.id, (member, user), true)?,
                    Fate::Untied => take(draft, clear.id, (member, user), false)?,
                }
            }
            let after = self.logins.last().map(|(_, user)| *user).or(clear.after);
            let state = if self.finishes { ClearState::Cleared } else { ClearState::Clearing };
            Ok(ClearStep { after, counts, settled: Vec::new(), state })
        })
    }
}

/// Carries one chunk out while the clear is at this state, in one commit with how far it has come; says whether there are
/// more. A chunk that was carried out already, or that a later state has overtaken, changes nothing, and whoever may not
/// clear logins any more ends it.
pub(super) fn carry_out<'a>(
    facts: &'a Facts,
    (clear, chunk, acts_for): (ClearId, u32, MemberId),
    at: ClearState,
    work: impl FnOnce(&mut Draft, &'a LoginClear, &Authority<'a>) -> Result<ClearStep, Refusal>,
) -> Result<Decision<bool>, Refusal> {
    facts.head()?;
    let clear = facts.login_clear(clear)?;
    if clear.acts_for != acts_for {
        return Err(Refusal::ChangedMeanwhile);
    }
    let mut draft = Draft::new(facts, acting_for(facts, clear));
    if clear.chunks != chunk || clear.state != at {
        return Ok(draft.reply(false));
    }
    let Some(authority) = still_may(facts, clear) else {
        draft.record(Event::LoginClearMoved { clear: clear.id, step: ended(clear) });
        return Ok(draft.reply(false));
    };
    let step = work(&mut draft, clear, &authority)?;
    let goes_on = step.state == at;
    draft.record(Event::LoginClearMoved { clear: clear.id, step });
    if goes_on {
        let clear = draft.facts().login_clear(clear.id)?.clone();
        next_chunk(&mut draft, &clear)?;
    }
    Ok(draft.reply(goes_on))
}

/// As whom the log names what is done for somebody who has left the page long ago.
fn acting_for(facts: &Facts, clear: &LoginClear) -> Actor {
    let user = facts.member(clear.acts_for).ok().and_then(|it| it.user);
    user.map_or(Actor::System, Actor::User)
}

/// The authority of whom a clear is carried out for, as long as they may clear logins; whoever may not any more clears no
/// more of them.
fn still_may<'a>(facts: &'a Facts, clear: &LoginClear) -> Option<Authority<'a>> {
    let head = facts.head().ok()?;
    let member = facts.member(clear.acts_for).ok().filter(|it| it.user.is_some())?;
    let standing = Standing::of_member(head, member, facts.now).ok()?;
    // It was started by somebody who was known well enough then.
    let authority = Authority { head, standing, two_factors: true, now: facts.now, scopes: None };
    Some(authority).filter(|it| it.may(Action::ClearLogins).is_ok())
}

/// Takes a member's login: the account itself, or what ties it to this organization. The keys that the member has made are
/// worth nothing any more.
fn take(draft: &mut Draft, clear: ClearId, (member, user): (&Member, &User), account: bool) -> Result<(), Refusal> {
    let now = draft.facts().now;
    let keys = draft.facts().keys.iter().filter(|key| key.made_by.member() == Some(member.id) && key.is_alive(now));
    let keys: Vec<_> = keys.map(|key| key.id).collect();
    for key in keys {
        draft.record(Event::ApiKeyRevoked { key });
    }
    draft.record(Event::MemberLoginCleared { clear, member: member.id, user: user.id, account });
    if account {
        draft.record(Event::AccountCleared { user: user.id });
        draft.record(Event::SignedOutElsewhere { user: user.id, kept: None });
        end_links(draft, user.id, |_| true);
    }
    let change = if account { LoginChange::Cleared } else { LoginChange::Untied };
    tell(draft, clear, (member, user), change)
}

/// Tells a person what became of their login: at the address they have proven, or else where the organization writes to
/// them.
pub(super) fn tell(
    draft: &mut Draft,
    clear: ClearId,
    (member, user): (&Member, &User),
    change: LoginChange,
) -> Result<(), Refusal> {
    let Some(address) = told_at(member, user).cloned() else { return Ok(()) };
    let organization = &draft.facts().head()?.organization;
    let (id, name) = (organization.id, organization.name.to_string());
    let cause = crate::draft::derived_id(&[clear.0.as_bytes(), member.id.0.as_bytes()]);
    draft.mail(Mail {
        scope: MessageScope::Organization(id),
        cause: (cause, member.version),
        to: Recipient::Address(address),
        language: user.language,
        content: Content::LoginChanged { organization: name, name: user.name.to_string(), change, username: None },
        due_at: None,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::command::ClearLogins;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, account_of, after, by, founded, member, outcome, sign_in, user, with, with_totp,
    };
    use crate::login_clear::LeftAlone;
    use crate::set_up::InitialPassword;

    const CLEAR: ClearId = ClearId(Uuid::from_u128(1));
    const ELSEWHERE: OrganizationId = OrganizationId(Uuid::from_u128(99));

    /// Members 2 and 3 administer; 20 has a login of this organization's, 21 one that is used elsewhere too, 22 their own,
    /// 23 is an operator, 24 has set up a login later.
    fn begun(who: u128) -> Facts {
        let mut facts = with(with(founded("member_portal"), 2, "administrator"), 3, "security_administrator");
        for number in 20..25 {
            facts = with(facts, number, "member");
            let known = account_of(number, Some("old")).users.remove(0);
            let home = (number != 22).then_some(ORGANIZATION);
            facts.users.push(User { home, operator: number == 23, ..known });
            facts.belongs.push((user(number), ORGANIZATION));
        }
        for number in [OWNER, 2, 3] {
            facts.users.push(account_of(number, Some("old")).users.remove(0));
        }
        facts.belongs.push((user(21), ELSEWHERE));
        for it in facts.members.iter_mut().filter(|it| it.id == member(24)) {
            it.joined_at = NOW + Duration::microseconds(1);
        }
        let clear = ClearLogins { organization: ORGANIZATION, by: by(who), clear: CLEAR, confirm_name: "Acme".into() };
        after(clear.decide(&facts))
    }

    fn chunk(who: u128, numbers: &[u128]) -> ClearLoginsChunk {
        let logins = numbers.iter().map(|number| (member(*number), user(*number))).collect();
        let (organization, clear, acts_for) = (ORGANIZATION, CLEAR, member(who));
        ClearLoginsChunk { organization, clear, chunk: 0, acts_for, logins, finishes: true }
    }

    #[test]
    fn s4_9_only_what_belongs_to_this_organization_goes() {
        let mut facts = begun(2);
        facts.sign_ins.push(crate::user::SignIn { user: user(20), ..sign_in(1) });
        facts.sign_ins.push(crate::user::SignIn { user: user(21), ..sign_in(2) });
        let decided = chunk(2, &[2, 3, OWNER, 20, 21, 22, 23, 24]).decide(&facts).unwrap();
        let done = &decided.after;
        let without: Vec<_> = done.members.iter().filter(|it| it.user.is_none()).map(|it| it.id).collect();
        assert_eq!(without, [member(3), member(20), member(21), member(22)]);
        let gone = done.user(user(20)).unwrap();
        assert!(gone.password.is_none() && gone.emails.is_empty() && gone.username.is_none());
        for untied in [21, 22, 3] {
            assert_eq!(done.user(user(untied)).map(|it| it.version), facts.user(user(untied)).map(|it| it.version));
        }
        assert_eq!(done.sign_ins.iter().map(|it| it.user).collect::<Vec<_>>(), [user(21)], "elsewhere they stay in");
        let counts = &done.login_clear(CLEAR).unwrap().counts;
        assert_eq!((counts.gone, counts.untied, counts.hit()), (1, 3, 4));
        let alone = [LeftAlone::Owner, LeftAlone::Yourself, LeftAlone::Operator, LeftAlone::SetUpSince];
        assert_eq!(counts.left_alone, alone.map(|reason| (reason, 1)).into());
        assert_eq!(
            done.cleared.iter().filter(|it| it.kept.is_some()).map(|it| it.user).collect::<Vec<_>>(),
            [user(20)]
        );
        assert_eq!(decided.messages.len(), 4, "each is told");
        assert_eq!(outcome(&chunk(2, &[20]), done), "ok", "and nothing is done twice");
        assert!(chunk(2, &[20]).decide(done).unwrap().events.is_empty());
    }

    #[test]
    fn s4_9_nobody_of_ones_own_rank_and_nobody_once_they_may_not() {
        let facts = with(begun(2), 5, "administrator");
        let facts = Facts { users: [facts.users.clone(), account_of(5, None).users].concat(), ..facts };
        let decided = chunk(2, &[5]).decide(&facts).unwrap();
        assert_eq!(decided.after.login_clear(CLEAR).unwrap().counts.left_alone, [(LeftAlone::AboveYours, 1)].into());
        let mut suspended = facts;
        suspended.apply(&Event::MemberSuspended { member: member(2) });
        let decided = chunk(2, &[20]).decide(&suspended).unwrap();
        assert!(decided.after.member(member(20)).unwrap().user.is_some());
        assert_eq!(decided.after.login_clear(CLEAR).unwrap().state, ClearState::Cleared);
        assert_eq!(outcome(&chunk(3, &[20]), &suspended), "changed-meanwhile");
    }

    #[test]
    fn s4_9_second_factors_and_initial_passwords_go_with_the_login() {
        let mut facts = begun(OWNER);
        let factors = with_totp(account_of(1, None)).second_factors.remove(0);
        facts.second_factors.push(crate::second_factor::SecondFactors { user: user(20), ..factors });
        for it in facts.users.iter_mut().filter(|it| it.id == user(20)) {
            (it.password_due, it.initial_password) = (true, Some(InitialPassword::set_at(NOW)));
        }
        let done = after(chunk(OWNER, &[20]).decide(&facts));
        assert!(done.second_factors.iter().all(|it| !it.is_on()));
        assert!(!done.user(user(20)).unwrap().is_prepared());
        let kept = done.cleared[0].kept.clone().unwrap();
        assert!(kept.initial_password.is_some() && kept.factors.is_some_and(|it| it.is_on()));
    }
}
