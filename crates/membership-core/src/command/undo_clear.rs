//! Take back that logins were cleared, within 24 hours: whoever has set up a login anew keeps the new one (S4.9).

use crate::authority::{Action, Authority};
use crate::command::clear_logins::{end_stuck_clears, next_chunk};
use crate::command::clear_logins_chunk::{carry_out, tell};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{ClearPick, Facts, RoundPick, Scope};
use crate::id::{ClearId, MemberId, OrganizationId, UserId};
use crate::login_clear::{ClearCounts, ClearState, ClearStep, ClearedLogin, LoginClear, NotGivenBack};
use crate::member::Member;
use crate::message::LoginChange;
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::user::User;

/// Begin to give back the logins that a clear took; one that is under way stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoClear {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which clear.
    pub clear: ClearId,
}

impl Command for UndoClear {
    type Reply = LoginClear;

    fn scope(&self) -> Scope {
        let (round, clear) = (Some(RoundPick::Latest), Some(ClearPick::Id(self.clear)));
        Scope { round, clear, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<LoginClear>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::ClearLogins)?;
        let missing = || Refusal::PermissionMissing { permission: Permission::MANAGE_LOGINS };
        let by = authority.standing.member().ok_or_else(missing)?.id;
        let clear = facts.login_clear(self.clear)?;
        if !clear.can_be_undone(facts.now) {
            return Err(Refusal::ClearNotUndoable);
        }
        facts.no_round_is_under_way()?;
        facts.no_clear_is_under_way(Some(clear.id))?;
        let mut draft = Draft::new(facts, self.by);
        end_stuck_clears(&mut draft, Some(clear.id));
        draft.record(Event::LoginClearUndoBegun { clear: clear.id, by });
        let clear = draft.facts().login_clear(self.clear)?.clone();
        next_chunk(&mut draft, &clear)?;
        Ok(draft.reply(clear))
    }
}

/// Give back one chunk of the logins that a clear took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveLoginsBack {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which clear.
    pub clear: ClearId,
    /// Which of its chunks; one that was carried out already is not carried out again.
    pub chunk: u32,
    /// For whom it is carried out, as the caller has read it.
    pub acts_for: MemberId,
    /// The logins, as the caller has read them.
    pub logins: Vec<ClearedLogin>,
    /// Whether none comes after them.
    pub finishes: bool,
}

impl Command for GiveLoginsBack {
    /// Whether there are more.
    type Reply = bool;

    fn scope(&self) -> Scope {
        let users: Vec<UserId> = self.logins.iter().map(|it| it.user).collect();
        let mut scope = Scope { clear: Some(ClearPick::Id(self.clear)), ..Scope::of(self.organization) };
        scope.members.push(self.acts_for);
        scope.members.extend(self.logins.iter().map(|it| it.member));
        for kept in self.logins.iter().filter_map(|it| it.kept.as_ref()) {
            scope.usernames_like.extend(kept.username.clone());
            scope.users_at.extend(kept.emails.iter().map(|it| it.address.clone()));
            scope.identities.extend(kept.identities.iter().map(crate::identity::Identity::id));
        }
        scope.members_of.extend(&users);
        scope.cleared_of.extend(&users);
        scope.factors_of.extend(&users);
        scope.users = users;
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<bool>, Refusal> {
        carry_out(facts, (self.clear, self.chunk, self.acts_for), ClearState::Undoing, |draft, clear, authority| {
            let mut counts = ClearCounts::default();
            for login in &self.logins {
                if !facts.cleared.contains(login) {
                    return Err(Refusal::ChangedMeanwhile);
                }
                let verdict = can_be_given_back(authority, draft.facts(), login);
                counts.count_back(verdict.map(drop));
                if let Ok((member, user)) = verdict.map(|(member, user)| (member.clone(), user.clone())) {
                    give_back(draft, login, (&member, &user))?;
                }
            }
            let settled = self.logins.iter().map(|it| it.user).collect();
            let state = if self.finishes { ClearState::Undone } else { ClearState::Undoing };
            Ok(ClearStep { after: clear.after, counts, settled, state })
        })
    }
}

/// The member and the account that a login was taken from, if nothing has taken its place.
fn can_be_given_back<'a>(
    authority: &Authority<'_>,
    facts: &'a Facts,
    login: &ClearedLogin,
) -> Result<(&'a Member, &'a User), NotGivenBack> {
    let member = facts.member(login.member).map_err(|_| NotGivenBack::Gone)?;
    let user = facts.user(login.user).ok_or(NotGivenBack::Gone)?;
    if member.user.is_some() || facts.member_of(login.user).is_some() {
        return Err(NotGivenBack::SetUpAnew);
    }
    authority.may(Action::ManageLogin { member }).map_err(|_| NotGivenBack::AboveYours)?;
    if login.kept.as_ref().is_some_and(|kept| !kept.is_free(facts)) {
        return Err(NotGivenBack::Taken);
    }
    Ok((member, user))
}

fn give_back(draft: &mut Draft, login: &ClearedLogin, (member, user): (&Member, &User)) -> Result<(), Refusal> {
    if let Some(kept) = &login.kept {
        draft.record(Event::AccountGivenBack { user: user.id, login: kept.clone() });
    }
    draft.record(Event::MemberLoginGivenBack { member: member.id, user: user.id });
    let user = draft.facts().user(user.id).unwrap_or(user).clone();
    tell(draft, login.clear, (member, &user), LoginChange::GivenBack)
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::command::{ClearLogins, ClearLoginsChunk};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, account_of, after, at, by, email, founded, member, outcome, user, with,
    };
    use crate::name::Username;

    const CLEAR: ClearId = ClearId(Uuid::from_u128(1));

    /// 20 and 21 had logins of this organization's, 22 their own; all three were cleared.
    fn cleared() -> Facts {
        let mut facts = with(with(founded("member_portal"), 2, "administrator"), 3, "security_administrator");
        for number in 20..23 {
            facts = with(facts, number, "member");
            let username = Username::parse(&format!("person{number}")).ok();
            let known = account_of(number, Some("old")).users.remove(0);
            facts.users.push(User { home: (number != 22).then_some(ORGANIZATION), username, ..known });
        }
        let clear = ClearLogins { organization: ORGANIZATION, by: by(2), clear: CLEAR, confirm_name: "Acme".into() };
        let facts = after(clear.decide(&facts));
        let logins = (20..23).map(|number| (member(number), user(number))).collect();
        let (organization, clear, acts_for) = (ORGANIZATION, CLEAR, member(2));
        after(ClearLoginsChunk { organization, clear, chunk: 0, acts_for, logins, finishes: true }.decide(&facts))
    }

    fn undo(who: u128) -> UndoClear {
        UndoClear { organization: ORGANIZATION, by: by(who), clear: CLEAR }
    }

    fn give_back(facts: &Facts, chunk: u32) -> GiveLoginsBack {
        let (organization, clear, acts_for) = (ORGANIZATION, CLEAR, member(2));
        GiveLoginsBack { organization, clear, chunk, acts_for, logins: facts.cleared.clone(), finishes: true }
    }

    #[test]
    fn s4_9_it_can_be_undone_for_24_hours_by_who_may_clear() {
        let facts = cleared();
        assert_eq!(outcome(&undo(OWNER), &facts), "ok");
        assert_eq!(outcome(&undo(3), &facts), "permission-missing");
        let end = NOW + LoginClear::UNDONE_WITHIN;
        assert_eq!(outcome(&undo(2), &at(facts.clone(), end - Duration::microseconds(1))), "ok");
        assert_eq!(outcome(&undo(2), &at(facts.clone(), end)), "clear-not-undoable");
        assert_eq!(outcome(&undo(2), &after(undo(2).decide(&facts))), "clear-not-undoable");
        let unknown = UndoClear { clear: ClearId(Uuid::from_u128(7)), ..undo(2) };
        assert_eq!(outcome(&unknown, &facts), "unknown-clear");
    }

    #[test]
    fn s4_9_exactly_what_was_cleared_comes_back_but_for_who_has_set_up_anew() {
        let facts = cleared();
        let before = facts.user(user(20)).unwrap().password_generation;
        let mut facts = after(undo(2).decide(&facts));
        facts.apply(&Event::LoginSetUp { member: member(21), user: user(7), by_link: true });
        let decided = give_back(&facts, 2).decide(&facts).unwrap();
        let done = &decided.after;
        let logins: Vec<_> = (20..23).map(|number| done.member(member(number)).unwrap().user).collect();
        assert_eq!(logins, [Some(user(20)), Some(user(7)), Some(user(22))]);
        let ada = done.user(user(20)).unwrap();
        assert!(ada.has_verified(&email("p20@example.org")) && ada.password.is_some());
        assert_eq!(ada.username.as_ref().map(Username::as_str), Some("person20"));
        assert!(before < ada.password_generation, "sign-ins do not come back with it");
        let clear = done.login_clear(CLEAR).unwrap();
        assert_eq!((clear.state, clear.counts.given_back), (ClearState::Undone, 2));
        assert_eq!(clear.counts.not_given_back, [(NotGivenBack::SetUpAnew, 1)].into());
        assert!(done.cleared.is_empty(), "nothing is kept any longer");
        assert_eq!(decided.messages.len(), 2);
        let again = GiveLoginsBack { logins: facts.cleared, ..give_back(done, 2) };
        assert!(again.decide(done).unwrap().events.is_empty(), "a chunk is carried out once");
    }

    #[test]
    fn what_is_another_accounts_by_now_is_not_taken_from_it() {
        let mut facts = after(undo(2).decide(&cleared()));
        let named = User { username: Username::parse("person20").ok(), ..account_of(8, None).users.remove(0) };
        facts.users.push(named);
        facts.apply(&Event::MemberRemoved { member: member(21) });
        let done = after(give_back(&facts, 2).decide(&facts));
        let counts = &done.login_clear(CLEAR).unwrap().counts;
        assert_eq!(counts.not_given_back, [(NotGivenBack::Taken, 1), (NotGivenBack::Gone, 1)].into());
        assert_eq!(done.member(member(20)).unwrap().user, None);
        let stale = GiveLoginsBack { logins: Vec::new(), ..give_back(&facts, 2) };
        assert_eq!(outcome(&stale, &facts), "ok");
        let mut missing = facts.clone();
        missing.cleared.clear();
        assert_eq!(outcome(&give_back(&facts, 2), &missing), "changed-meanwhile");
    }

    #[test]
    fn s4_9_undoing_stops_what_is_under_way() {
        let clear = ClearLogins { organization: ORGANIZATION, by: by(2), clear: CLEAR, confirm_name: "Acme".into() };
        let begun = after(clear.decide(&with(founded("member_portal"), 2, "administrator")));
        let stopped = after(undo(2).decide(&begun));
        assert_eq!(stopped.login_clear(CLEAR).unwrap().state, ClearState::Undoing);
        let (organization, clear, acts_for) = (ORGANIZATION, CLEAR, member(2));
        let chunk = ClearLoginsChunk { organization, clear, chunk: 0, acts_for, logins: vec![], finishes: true };
        assert!(chunk.decide(&stopped).unwrap().events.is_empty());
    }
}
