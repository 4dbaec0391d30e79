//! Prepare a member's login, or change the one the organization made: another username, a new initial password (S2.6,
//! S4.7). What an organization may touch: `docs/decisions/0024`.

use crate::authority::{Action, Authority};
use crate::command::change_password::end_links;
use crate::command::set_up_link::charge_mailbox;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::member::Member;
use crate::message::{Content, LoginChange, MessageScope, Recipient};
use crate::name::Username;
use crate::refusal::Refusal;
use crate::set_up::InitialPassword;
use crate::user::{PasswordHash, User, UserEmail};
use crate::view::{MemberView, member_view};

/// Prepare or change a member's login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetLogin {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose login.
    pub member: MemberId,
    /// The login, by what the caller has read of the member.
    pub login: LoginOf,
}

/// The login of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one in a request, and it is not kept")]
pub enum LoginOf {
    /// The member has none: an account is prepared, still without an address.
    Nobody(User),
    /// The member has one; what is left out stays.
    User {
        /// Which account.
        user: UserId,
        /// The new username.
        username: Option<Username>,
        /// The new initial password; every sign-in ends.
        password: Option<PasswordHash>,
    },
}

impl Command for SetLogin {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.members.push(self.member);
        match &self.login {
            LoginOf::Nobody(user) => scope.usernames_like.extend(user.username.clone()),
            LoginOf::User { user, username, .. } => {
                scope.users.push(*user);
                scope.links_of.push(*user);
                scope.organizations_of.push(*user);
                scope.usernames_like.extend(username.clone());
            }
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ManageLogin { member })?;
        let mut draft = Draft::new(facts, self.by);
        match &self.login {
            LoginOf::Nobody(_) if member.user.is_some() => return Err(Refusal::ChangedMeanwhile),
            LoginOf::Nobody(user) => {
                prepare(&mut draft, member, user)?;
                charge_telling(&mut draft, member, user)?;
                let told = (LoginChange::Password, user.username.as_ref());
                tell(&mut draft, member, user, told)?;
            }
            LoginOf::User { user, username, password } => {
                let user = own_login(facts, member, *user)?;
                change(&mut draft, user, username.as_ref(), password.as_ref())?;
                draft.record(Event::MemberLoginChanged { member: member.id });
                charge_telling(&mut draft, member, user)?;
                let change = if password.is_some() { LoginChange::Password } else { LoginChange::Username };
                tell(&mut draft, member, user, (change, username.as_ref()))?;
            }
        }
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

/// Makes an account for a member, with an initial password, its address unproven: whether or not the address is known,
/// it stays somebody else's if it was (A09).
///
/// # Errors
/// [`Refusal::UsernameTaken`] and [`Refusal::UsernameConfusable`]; [`Refusal::Invalid`] if there is neither a username nor
/// an address to sign in with.
pub(super) fn prepare(draft: &mut Draft, member: &Member, user: &User) -> Result<(), Refusal> {
    if user.username.is_none() && member.email.is_none() {
        let rule = "must not be empty for a member without an address: one of the two is needed to sign in";
        return Err(InvalidInput::new("username", "empty", rule).into());
    }
    let facts = draft.facts();
    if let Some(username) = &user.username {
        facts.username_is_free(username, None)?;
    }
    let address = |it: &EmailAddress| UserEmail { address: it.clone(), verified_at: None };
    let user = User {
        emails: member.email.iter().map(address).collect(),
        password_due: true,
        initial_password: Some(InitialPassword::set_at(facts.now)),
        home: Some(facts.head()?.organization.id),
        created_at: facts.now,
        ..user.clone()
    };
    let id = user.id;
    draft.record(Event::UserRegistered { user });
    draft.record(Event::LoginSetUp { member: member.id, user: id, by_link: false });
    Ok(())
}

/// The account of a member, if it is this organization's to help with: it made the account, no other relies on it, and
/// whoever runs the deployment is out of reach.
///
/// # Errors
/// [`Refusal::NoLogin`], [`Refusal::ChangedMeanwhile`] if the member has another account by now, and
/// [`Refusal::LoginNotYours`].
pub(super) fn own_login<'a>(facts: &'a Facts, member: &Member, known: UserId) -> Result<&'a User, Refusal> {
    match member.user {
        None => return Err(Refusal::NoLogin),
        Some(user) if user != known => return Err(Refusal::ChangedMeanwhile),
        Some(_) => {}
    }
    let organization = facts.head()?.organization.id;
    let elsewhere = facts.belongs.iter().any(|(user, other)| *user == known && *other != organization);
    let is_ours = |user: &&User| user.home == Some(organization) && !user.operator && !elsewhere;
    facts.user(known).filter(is_ours).ok_or(Refusal::LoginNotYours)
}

fn change(
    draft: &mut Draft,
    user: &User,
    username: Option<&Username>,
    password: Option<&PasswordHash>,
) -> Result<(), Refusal> {
    if let Some(username) = username.filter(|it| user.username.as_ref() != Some(it)) {
        draft.facts().username_is_free(username, Some(user.id))?;
        draft.record(Event::UsernameChanged { user: user.id, username: username.clone() });
    }
    if let Some(password) = password {
        draft.record(Event::InitialPasswordSet { user: user.id, password: password.clone() });
        draft.record(Event::SignedOutElsewhere { user: user.id, kept: None });
        end_links(draft, user.id, |_| true);
    }
    Ok(())
}

/// Where a person is told what became of their login: at the address they have proven, or else where the organization writes
/// to them.
pub(super) fn told_at<'a>(member: &'a Member, user: &'a User) -> Option<&'a EmailAddress> {
    user.primary_email().or(member.email.as_ref())
}

/// What [`tell`] takes from the mailbox's quota (A54).
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn charge_telling(draft: &mut Draft, member: &Member, user: &User) -> Result<(), Refusal> {
    told_at(member, user).map_or(Ok(()), |address| charge_mailbox(draft, address))
}

/// Tells a person what their organization did to their login: at the address they have proven, or else at the one by which
/// the organization reaches them. Nobody is told who has neither.
pub(super) fn tell(
    draft: &mut Draft,
    member: &Member,
    user: &User,
    (change, username): (LoginChange, Option<&Username>),
) -> Result<(), Refusal> {
    let username = username.map(ToString::to_string);
    let Some(address) = told_at(member, user) else { return Ok(()) };
    let organization = &draft.facts().head()?.organization;
    let (id, name, audit) = (organization.id, organization.name.to_string(), draft.facts().head()?.audit.sequence);
    draft.mail(Mail {
        scope: MessageScope::Organization(id),
        // Several of these may follow on one version of the member's row.
        cause: (member.id.0, audit),
        to: Recipient::Address(address.clone()),
        language: user.language,
        content: Content::LoginChanged { organization: name, name: user.name.to_string(), change, username },
        due_at: None,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::SignMemberOut;
    use crate::fixture::{
        ORGANIZATION, OWNER, account_of, after, by, email, founded, hash, member, newcomer, outcome, rostered, sign_in,
        user, with,
    };
    use crate::id::OrganizationId;
    use crate::quota::MailLimits;
    use crate::user::SignIn;

    fn helped(home: Option<OrganizationId>) -> Facts {
        let mut facts = with(with(founded("member_portal"), 3, "security_administrator"), 20, "member");
        let owner = account_of(20, Some("old")).users.remove(0);
        facts.users.push(User { home, ..owner });
        facts.belongs.push((user(20), ORGANIZATION));
        facts.sign_ins.push(SignIn { user: user(20), ..sign_in(1) });
        facts
    }

    fn set(who: u128, username: Option<&str>, password: Option<&str>) -> SetLogin {
        let username = username.map(|text| Username::parse(text).unwrap());
        let login = LoginOf::User { user: user(20), username, password: password.map(hash) };
        SetLogin { organization: ORGANIZATION, by: by(who), member: member(20), login }
    }

    #[test]
    fn s4_7_a_new_initial_password_ends_every_sign_in_and_is_told() {
        let decision = set(3, Some("ada"), Some("initial")).decide(&helped(Some(ORGANIZATION))).unwrap();
        let it = decision.after.user(user(20)).unwrap();
        assert!(it.password_due && it.is_prepared() && decision.after.sign_ins.is_empty());
        assert_eq!(it.username.as_ref().map(Username::as_str), Some("ada"));
        assert!(it.has_verified(&email("p20@example.org")), "the address stays theirs");
        let kinds: Vec<_> = decision.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(kinds, ["login_changed"]);
        let told: Vec<_> = decision.accounts.iter().map(|it| it.event).collect();
        assert_eq!(told, ["username-changed", "initial-password-set", "member-login-changed"]);
    }

    #[test]
    fn a54_a_mailbox_is_told_three_times_a_day_and_signing_out_is_never_put_off() {
        let mut facts = Facts { limits: MailLimits::default(), ..helped(Some(ORGANIZATION)) };
        for name in ["ada", "bea", "cleo"] {
            facts = after(set(3, Some(name), None).decide(&facts));
        }
        assert_eq!(outcome(&set(3, Some("dora"), None), &facts), "rate-limited");
        let out = SignMemberOut { organization: ORGANIZATION, by: by(3), member: member(20), user: user(20) };
        let decision = out.decide(&facts).unwrap();
        assert!(decision.messages.is_empty() && decision.after.sign_ins.is_empty());
    }

    #[test]
    fn decision_0024_only_logins_it_made_and_nobody_else_relies_on() {
        let ours = helped(Some(ORGANIZATION));
        let out = SignMemberOut { organization: ORGANIZATION, by: by(3), member: member(20), user: user(20) };
        assert_eq!(outcome(&out, &ours), "ok");
        let mut elsewhere = ours.clone();
        elsewhere.belongs.push((user(20), OrganizationId(uuid::Uuid::from_u128(99))));
        let mut operator = ours.clone();
        operator.users[0].operator = true;
        for (facts, what) in [(helped(None), "their own"), (elsewhere, "elsewhere"), (operator, "operator")] {
            assert_eq!(outcome(&set(OWNER, Some("ada"), None), &facts), "login-not-yours", "{what}");
            assert_eq!(outcome(&out, &facts), "login-not-yours", "{what}");
        }
        assert_eq!(outcome(&set(20, None, Some("x")), &ours), "permission-missing");
        let taken = Facts {
            users: [ours.users.clone(), vec![User { username: Some(Username::parse("ada").unwrap()), ..newcomer(7) }]]
                .concat(),
            ..ours
        };
        assert_eq!(outcome(&set(3, Some("ada"), None), &taken), "username-taken");
    }

    #[test]
    fn whoever_has_none_gets_one_prepared() {
        let facts = rostered(founded("member_portal"), 20, "member");
        let prepare = SetLogin { login: LoginOf::Nobody(newcomer(7)), ..set(OWNER, None, None) };
        let decision = prepare.decide(&facts).unwrap();
        let told: Vec<_> = decision.messages.iter().map(|it| (it.content.kind(), it.to.clone())).collect();
        assert_eq!(told, [("login_changed", Recipient::Address(email("p20@example.org")))]);
        let done = decision.after;
        assert!(done.user(user(7)).unwrap().is_prepared());
        assert_eq!(outcome(&prepare, &done), "changed-meanwhile");
    }
}
