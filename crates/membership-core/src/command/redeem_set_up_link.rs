//! Set up a login by a personal link, once: a new person chooses one, a known person signs in and takes the membership
//! over. Everything that can stop it stands in this file (S4.5, S4.8, A09).

use crate::command::Command;
use crate::command::change_password::set_password;
use crate::command::set_up_link::prepared;
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId, SignInId, UserId};
use crate::input::InvalidInput;
use crate::invitation::Channel;
use crate::member::Member;
use crate::name::Username;
use crate::person::Person;
use crate::policy::SignUpPolicy;
use crate::refusal::Refusal;
use crate::secret::Link;
use crate::set_up::SetUpLink;
use crate::user::{SignIn, User, UserEmail};

/// Set up a login by a personal link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemSetUpLink {
    /// The link, as the signer read it.
    pub link: Link,
    /// Who has opened it.
    pub redeemer: Redeemer,
    /// The account that was prepared for the member, as the caller has read it.
    pub prepared: Option<UserId>,
    /// The fresh sign-in; none for whoever shows a trusted issuer's token.
    pub sign_in: Option<SignIn>,
    /// The sign-in it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

/// Who has opened a personal link.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one in a request, and it is not kept")]
pub enum Redeemer {
    /// Somebody who is signed in.
    SignedIn(Person),
    /// Somebody who is not: with the chosen password and perhaps a username, still without an address. Where an account
    /// was prepared, that one gets them, and this one is not made.
    New {
        /// The account to be made.
        user: User,
        /// The member's address, as the caller has read it.
        address: Option<EmailAddress>,
    },
}

impl Command for RedeemSetUpLink {
    type Reply = (Member, UserId);

    fn scope(&self) -> Scope {
        let mut scope = Scope {
            members: vec![MemberId(self.link.id)],
            users: self.prepared.into_iter().collect(),
            ..Scope::of(OrganizationId(self.link.scope))
        };
        match &self.redeemer {
            // The account, too: the log tells who it was by its name.
            Redeemer::SignedIn(person) => {
                scope.members_of.push(person.user);
                scope.users.push(person.user);
            }
            Redeemer::New { user, address } => {
                scope.users_at.extend(address.clone());
                scope.usernames_like.extend(user.username.clone());
                scope.links_of.extend(self.prepared);
            }
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<(Member, UserId)>, Refusal> {
        let (member, link) = open_set_up(facts, &self.link)?;
        let stands = prepared(facts, member, self.prepared)?;
        if member.user.is_some() && stands.is_none() {
            return Err(Refusal::LinkSpent);
        }
        let user = match &self.redeemer {
            Redeemer::SignedIn(person) => person.user,
            Redeemer::New { user, .. } => stands.map_or(user.id, |it| it.id),
        };
        let mut draft = Draft::new(facts, Actor::User(user));
        match &self.redeemer {
            Redeemer::SignedIn(person) => take_over(&mut draft, member, person, stands)?,
            Redeemer::New { user, address } if *address == member.email => {
                choose(&mut draft, (member, link), user, stands)?;
            }
            Redeemer::New { .. } => return Err(Refusal::ChangedMeanwhile),
        }
        draft.record(Event::LoginSetUp { member: member.id, user, by_link: true });
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        if let Some(sign_in) = &self.sign_in {
            let known = draft.facts().user(user).map(|it| it.password_generation);
            let password_generation = known.unwrap_or(sign_in.password_generation);
            draft.record(Event::SignedIn { sign_in: SignIn { user, password_generation, ..sign_in.clone() } });
        }
        let member = draft.facts().member(member.id)?.clone();
        Ok(draft.reply((member, user)))
    }
}

/// The member a personal link belongs to, if it can be used now. Only whoever holds a well-formed link learns why not.
///
/// # Errors
/// [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`] or [`Refusal::LinkExpired`].
pub fn open_set_up<'a>(facts: &'a Facts, link: &Link) -> Result<(&'a Member, SetUpLink), Refusal> {
    facts.head().map_err(|_| Refusal::UnknownLink)?;
    let member = facts.member(MemberId(link.id)).map_err(|_| Refusal::UnknownLink)?;
    let row = member.set_up.ok_or(Refusal::UnknownLink)?;
    if row.used_at.is_some() {
        return Err(Refusal::LinkSpent);
    }
    if row.generation != link.generation {
        return Err(Refusal::LinkSuperseded);
    }
    if row.expires_at <= facts.now {
        return Err(Refusal::LinkExpired);
    }
    Ok((member, row))
}

/// Whether a username must be chosen: where the organization asks for one, and where nothing else could be signed in
/// with for certain, because a link that was handed over proves no mailbox.
pub fn needs_username(asks: &SignUpPolicy, link: SetUpLink, has: Option<&Username>) -> bool {
    (asks.username || link.channel == Channel::Hand) && has.is_none()
}

/// A known person takes the membership over; the account that was prepared, which nobody ever used, is given up.
fn take_over(draft: &mut Draft, member: &Member, person: &Person, stands: Option<&User>) -> Result<(), Refusal> {
    if draft.facts().member_of(person.user).is_some() {
        return Err(Refusal::AlreadyMember);
    }
    match &member.email {
        Some(email) if !person.verified.contains(email) => {
            return Err(Refusal::WrongAccount { invited: email.masked(), present: person.verified.clone() });
        }
        _ => {}
    }
    if let Some(user) = stands {
        draft.record(Event::PreparedAccountDropped { user: user.id });
    }
    Ok(())
}

/// A new person chooses username and password, for the account that was prepared or for a new one. Only a link that
/// went by mail proves the mailbox; one that was handed over does not even ask whose the address is.
fn choose(
    draft: &mut Draft,
    (member, link): (&Member, SetUpLink),
    chosen: &User,
    stands: Option<&User>,
) -> Result<(), Refusal> {
    let proven = member.email.as_ref().filter(|_| link.channel == Channel::Mail);
    let facts = draft.facts();
    if proven.is_some_and(|email| facts.user_at(email).is_some()) {
        return Err(Refusal::AccountExists);
    }
    let organization = &facts.head()?.organization;
    let (home, now) = (organization.id, facts.now);
    let username = chosen.username.as_ref().or(stands.and_then(|it| it.username.as_ref()));
    if needs_username(&organization.policy.sign_up_policy, link, username) {
        return Err(InvalidInput::new("username", "empty", "must not be empty").into());
    }
    if let Some(username) = username {
        facts.username_is_free(username, stands.map(|it| it.id))?;
    }
    let Some(password) = &chosen.password else {
        return Err(InvalidInput::new("password", "empty", "must not be empty").into());
    };
    let Some(stands) = stands else {
        let address = |it: &EmailAddress| UserEmail { address: it.clone(), verified_at: proven.map(|_| now) };
        let emails = member.email.iter().map(address).collect();
        draft.record(Event::UserRegistered { user: User { emails, home: Some(home), ..chosen.clone() } });
        return Ok(());
    };
    if let Some(username) = chosen.username.clone().filter(|it| stands.username.as_ref() != Some(it)) {
        draft.record(Event::UsernameChanged { user: stands.id, username });
    }
    set_password(draft, stands, password, None);
    if let Some(address) = proven.cloned() {
        draft.record(Event::EmailVerified { user: stands.id, address });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{AddMember, IssueSetUpLink};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, account_of, after, at, by, email, founded, member, newcomer, outcome, person,
        rostered, user, with,
    };
    use crate::set_up::Reach;
    use crate::typed_code::CodeLocator;

    const HAND: Reach = Reach::Hand(CodeLocator(7));

    fn issued(facts: Facts, number: u128, reach: Reach) -> Facts {
        let known = facts.member(member(number)).unwrap().user;
        let (organization, member) = (ORGANIZATION, member(number));
        after(IssueSetUpLink { organization, by: by(OWNER), member, user: known, reach }.decide(&facts))
    }

    fn named(number: u128, username: &str) -> User {
        User { username: Some(Username::parse(username).unwrap()), ..newcomer(number) }
    }

    fn redeem(generation: u32, redeemer: Redeemer) -> RedeemSetUpLink {
        let link = Link::to_set_up(ORGANIZATION, member(20), generation);
        RedeemSetUpLink { link, redeemer, prepared: None, sign_in: None, ends: None }
    }

    fn new(user: User) -> Redeemer {
        Redeemer::New { user, address: Some(email("p20@example.org")) }
    }

    fn roster() -> Facts {
        rostered(founded("member_portal"), 20, "member")
    }

    #[test]
    fn s4_5_a_mailed_link_proves_the_mailbox_and_works_once() {
        let facts = issued(roster(), 20, Reach::Mail);
        let done = after(redeem(1, new(named(7, "ada"))).decide(&facts));
        let made = done.user(user(7)).unwrap();
        assert!(made.has_verified(&email("p20@example.org")) && !made.password_due);
        assert_eq!((done.member(member(20)).unwrap().user, made.home), (Some(user(7)), Some(ORGANIZATION)));
        assert_eq!(outcome(&redeem(1, new(named(8, "bea"))), &done), "link-spent");
    }

    #[test]
    fn s4_8_one_that_was_handed_over_proves_nothing_and_tells_nothing() {
        let facts = issued(roster(), 20, HAND);
        let stranger = account_of(20, Some("theirs")).users.remove(0);
        let known = Facts { users: vec![stranger], ..facts.clone() };
        for facts in [facts, known] {
            assert_eq!(outcome(&redeem(1, new(newcomer(7))), &facts), "invalid-input", "a username is asked for");
            let done = after(redeem(1, new(named(7, "ada"))).decide(&facts));
            assert_eq!(done.user(user(7)).unwrap().verified_emails().count(), 0);
        }
    }

    #[test]
    fn a09_a_known_address_is_never_set_up_again_but_takes_the_membership_over() {
        let stranger = account_of(20, Some("theirs")).users.remove(0);
        let facts = Facts { users: vec![stranger.clone()], ..issued(roster(), 20, Reach::Mail) };
        assert_eq!(outcome(&redeem(1, new(named(7, "ada"))), &facts), "account-exists");
        assert_eq!(outcome(&redeem(1, Redeemer::SignedIn(person(21))), &facts), "wrong-account");
        let done = after(redeem(1, Redeemer::SignedIn(person(20))).decide(&facts));
        assert_eq!(done.member(member(20)).unwrap().user, Some(user(20)));
        assert_eq!(done.user(user(20)), Some(&stranger));
        let twice = with(facts, 20, "member");
        assert_eq!(outcome(&redeem(1, Redeemer::SignedIn(person(20))), &twice), "already-member");
    }

    #[test]
    fn a_prepared_account_becomes_the_persons_or_is_given_up() {
        let add = AddMember {
            organization: ORGANIZATION,
            by: by(OWNER),
            id: member(20),
            name: person(20).name,
            email: Some(email("p20@example.org")),
            role: None,
            profile: crate::profile::MemberProfile::default(),
            deactivates_at: None,
            login: Some(named(7, "ada")),
            link: Some(Reach::Mail),
        };
        let facts = after(add.decide(&founded("member_portal")));
        let chosen = RedeemSetUpLink { prepared: Some(user(7)), ..redeem(1, new(newcomer(9))) };
        assert_eq!(outcome(&RedeemSetUpLink { prepared: None, ..chosen.clone() }, &facts), "changed-meanwhile");
        let done = after(chosen.decide(&facts));
        let made = done.user(user(7)).unwrap();
        assert!(made.has_verified(&email("p20@example.org")) && !made.password_due && !made.is_prepared());
        assert_eq!(made.username.as_ref().map(Username::as_str), Some("ada"));
        assert!(done.user(user(9)).is_none());

        let own = RedeemSetUpLink { redeemer: Redeemer::SignedIn(person(20)), ..chosen };
        let done = after(own.decide(&facts));
        let dropped = done.user(user(7)).unwrap();
        assert!(dropped.password.is_none() && dropped.username.is_none() && dropped.emails.is_empty());
        assert_eq!(done.member(member(20)).unwrap().user, Some(user(20)));
    }

    #[test]
    fn older_unknown_and_late_links_are_dead() {
        let facts = issued(issued(roster(), 20, Reach::Mail), 20, HAND);
        assert_eq!(outcome(&redeem(1, new(named(7, "ada"))), &facts), "link-superseded");
        let late = at(facts, NOW + Duration::days(14));
        assert_eq!(outcome(&redeem(2, new(named(7, "ada"))), &late), "link-expired");
        assert_eq!(outcome(&redeem(1, new(named(7, "ada"))), &roster()), "unknown-link");
        assert_eq!(outcome(&redeem(1, new(named(7, "ada"))), &Facts::nothing(NOW)), "unknown-link");
    }
}
