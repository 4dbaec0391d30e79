//! Go on under another token: what was known of a sign-in before its user's privileges rose is worth nothing a moment
//! later (A64, `docs/decisions/0042`).

use time::Duration;

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::refusal::Refusal;
use crate::secret::TokenHash;
use crate::user::SignIn;

/// Go on under another token. The former one holds a moment longer, for what the same browser has asked for meanwhile, and
/// is not replaced again: of several requests at once one gets the fresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaceSignIn {
    /// The sign-in that goes on: whose it is and its token's hash.
    pub from: (UserId, TokenHash),
    /// The fresh one. When it ends and how well it is known who began it are the former one's.
    pub sign_in: SignIn,
}

/// For how long the former token holds.
pub const OVERLAP: Duration = Duration::seconds(10);

impl Command for ReplaceSignIn {
    /// Whether the fresh token is one.
    type Reply = bool;

    fn scope(&self) -> Scope {
        Scope { sign_in: Some(self.from), ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<bool>, Refusal> {
        let user = facts.user(self.from.0).ok_or(Refusal::NotSignedIn)?;
        let from = facts.sign_ins.iter().find(|it| (it.user, it.token) == self.from).ok_or(Refusal::NotSignedIn)?;
        // Whether it has rested for too long was asked when it was shown.
        if !from.holds(user, facts.now, Duration::MAX) {
            return Err(Refusal::NotSignedIn);
        }
        let mut draft = Draft::new(facts, Actor::User(user.id));
        let until = facts.now.saturating_add(OVERLAP);
        // It was replaced already, or ends by itself as soon.
        if from.expires_at <= until {
            return Ok(draft.reply(false));
        }
        let sign_in = SignIn {
            expires_at: from.expires_at,
            description: from.description.clone(),
            password_generation: from.password_generation,
            assurance: from.assurance,
            proven_at: from.proven_at,
            ..self.sign_in.clone()
        };
        draft.record(Event::SignInReplaced { sign_in, former: from.id, until });
        Ok(draft.reply(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Changes;
    use crate::fixture::{NOW, account, after, at, outcome, sign_in, user};
    use crate::second_factor::Assurance;

    fn fresh() -> SignIn {
        SignIn { token: TokenHash([8; 32]), expires_at: NOW + Duration::days(90), ..sign_in(2) }
    }

    fn replace() -> ReplaceSignIn {
        ReplaceSignIn { from: (user(1), sign_in(1).token), sign_in: fresh() }
    }

    fn signed_in() -> Facts {
        let mut facts = account(Some("old"));
        let earlier = NOW - Duration::hours(1);
        let assurance = Assurance::TwoFactors;
        facts.sign_ins.push(SignIn { created_at: earlier, proven_at: earlier, assurance, ..sign_in(1) });
        facts
    }

    #[test]
    fn a64_the_fresh_sign_in_is_known_as_well_and_lasts_no_longer() {
        let facts = signed_in();
        let decision = replace().decide(&facts).unwrap();
        assert!(decision.reply);
        let (former, now) = (&facts.sign_ins[0], &decision.after.sign_ins[1]);
        assert_eq!((now.token, now.expires_at, now.proven_at), (fresh().token, former.expires_at, former.proven_at));
        assert_eq!((now.assurance, now.created_at), (Assurance::TwoFactors, NOW));
        let changes = Changes::of(&facts, &decision, None, None);
        assert_eq!((changes.sign_ins.len(), changes.replaced_sign_ins.len()), (0, 1), "it is no login");
        assert_eq!(changes.replaced_sign_ins[0].expected_end, former.expires_at);
    }

    #[test]
    fn a64_the_former_token_is_dead_after_a_moment_in_which_it_yields_no_second_one() {
        let replaced = after(replace().decide(&signed_in()));
        let owner = replaced.user(user(1)).unwrap();
        let former = &replaced.sign_ins[0];
        let last = NOW + OVERLAP - Duration::microseconds(1);
        assert!(former.holds(owner, last, Duration::MAX) && !former.holds(owner, NOW + OVERLAP, Duration::MAX));
        let again = replace().decide(&replaced).unwrap();
        assert!(!again.reply && again.events.is_empty());
        assert_eq!(outcome(&replace(), &at(replaced, NOW + OVERLAP)), "not-signed-in");
    }

    #[test]
    fn nothing_takes_the_place_of_what_does_not_hold() {
        assert_eq!(outcome(&replace(), &account(Some("old"))), "not-signed-in");
        let mut pending = signed_in();
        pending.sign_ins[0].assurance = Assurance::Pending;
        assert_eq!(outcome(&replace(), &pending), "not-signed-in");
        let mut older = signed_in();
        older.users[0].password_generation = 1;
        assert_eq!(outcome(&replace(), &older), "not-signed-in");
    }
}
