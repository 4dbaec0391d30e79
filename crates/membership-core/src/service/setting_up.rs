//! From a member without a login to one with: initial passwords, personal links, and the page behind such a link.

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::authority::{Action, Authority};
use crate::command::redeem_set_up_link::{needs_username, open_set_up};
use crate::command::{
    AddMember, IssueSetUpLink, LoginOf, RedeemSetUpLink, Redeemer, SetLogin, SignMemberOut, TrySetUpCode,
};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::{Facts, Receipt, Scope};
use crate::id::{MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::invitation::Channel;
use crate::language::Language;
use crate::member::Member;
use crate::name::{Names, PersonName, Username};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::secret::{Link, LinkKind, SignInToken};
use crate::service::{Accounts, Caller, Failure, Memberships, NewAccount, Outcome, Request};
use crate::set_up::Reach;
use crate::typed_code::{CodeLocator, TypedCode};
use crate::user::User;
use crate::view::MemberView;

/// What the page behind a personal link shows. Looking changes nothing (I11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUpInspection {
    /// In which organization.
    pub organization: OrganizationId,
    /// What it calls itself.
    pub organization_name: String,
    /// What the person is called there.
    pub name: PersonName,
    /// The member's address, mostly hidden.
    pub masked_email: Option<String>,
    /// The username that was prepared.
    pub username: Option<Username>,
    /// A free username to propose where none was prepared, made of the person's name; none where nothing of it fits.
    pub suggested_username: Option<Username>,
    /// Whether a username must be chosen.
    pub asks_username: bool,
    /// Until when the link can be used.
    pub expires_at: OffsetDateTime,
    /// The language to write to the member in.
    pub language: Language,
    /// Whether the member's address has an account here, which must be signed in to. Never told of a link that was
    /// handed over: it proves no mailbox (A62).
    pub has_account: bool,
    /// Whether the link went by mail, so that it proves the mailbox.
    pub proves_mailbox: bool,
}

/// What was typed into the page behind a personal link.
#[derive(Debug, Clone, Default)]
pub struct SetUpForm {
    /// The name to sign in with.
    pub username: Option<Username>,
    /// The chosen password.
    pub password: Option<SecretString>,
    /// The person's language; the member's if none is named.
    pub language: Option<Language>,
}

/// A login that was set up, with the fresh sign-in.
#[derive(Debug, Clone)]
pub struct SetUpAccount {
    /// In which organization.
    pub organization: OrganizationId,
    /// The membership.
    pub member: Member,
    /// Whose login it is.
    pub user: UserId,
    /// The token, shown once; none for whoever shows a trusted issuer's.
    pub token: Option<SignInToken>,
}

/// A personal link that was made to be handed over: shown this once, and nowhere kept.
#[derive(Debug)]
pub struct HandedOver {
    /// The link.
    pub link: SecretString,
    /// Until when it can be used.
    pub expires_at: OffsetDateTime,
    /// The code that can be typed in its place, as it is printed.
    pub code: SecretString,
    /// Until when the code can be typed.
    pub code_expires_at: OffsetDateTime,
}

/// How somebody who manages logins helps with one.
#[derive(Debug, Clone, Default)]
pub struct LoginHelp {
    /// The new username.
    pub username: Option<Username>,
    /// The new initial password.
    pub initial_password: Option<SecretString>,
}

impl Memberships {
    /// The present personal link of a member and its code, for the answer to whoever just made it to hand it over.
    pub fn handed_over(&self, organization: OrganizationId, view: &MemberView) -> Option<HandedOver> {
        let row = view.member.set_up?;
        let code = row.code?;
        let link = self.ports.links.sign(&Link::to_set_up(organization, view.member.id, row.generation));
        let typed = TypedCode::of(code.locator, &link);
        let (expires_at, code_expires_at) = (row.expires_at, code.expires_at);
        Some(HandedOver { link, expires_at, code: typed.text(), code_expires_at })
    }

    /// How a personal link that is to be made reaches the person.
    pub fn reach(&self, channel: Channel) -> Reach {
        match channel {
            Channel::Mail => Reach::Mail,
            Channel::Hand => Reach::Hand(CodeLocator::new(self.ports.random.secret())),
        }
    }
}

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Puts a person on the roster, with a prepared login if one is wanted.
    ///
    /// Refuses as [`AddMember`] does; [`Refusal::Invalid`] and [`Refusal::OwnAccountsOff`].
    pub async fn add_member(
        &self,
        command: AddMember,
        login: Option<LoginHelp>,
        request: Request<'_>,
        receipt: impl Fn(&MemberView) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<MemberView>, Failure> {
        if login.is_some() || command.link.is_some() {
            self.keeps_accounts()?;
        }
        let Some(help) = login else { return self.memberships.run(&command, request, receipt).await };
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        // What is refused anyway is refused before anything is hashed.
        self.memberships.once(&command, Request { dry_run: true, ..request }).await?;
        let head = self.memberships.ports.store.read(&Scope::of(command.organization)).await?;
        let language = command.profile.language.unwrap_or(head.head()?.organization.language);
        let called = (command.name.clone(), command.profile.names.clone());
        let login = Some(self.prepared(called, command.email.as_ref(), language, help).await?);
        self.memberships.run(&AddMember { login, ..command }, request, receipt).await
    }

    /// An account to be prepared for a member, with an initial password that is checked and hashed.
    async fn prepared(
        &self,
        (name, names): (PersonName, Names),
        address: Option<&EmailAddress>,
        language: Language,
        help: LoginHelp,
    ) -> Result<User, Failure> {
        let missing = || InvalidInput::new("initial_password", "empty", "must not be empty where a login is prepared");
        let password = Some(help.initial_password.ok_or_else(missing)?);
        let account = NewAccount { name, names, username: help.username, password, language };
        self.new_user(account, address).await.map_err(about_the_initial_password)
    }

    /// Makes a member's personal link, to be mailed or handed over.
    ///
    /// Refuses as [`IssueSetUpLink`] does.
    pub async fn issue_set_up_link(
        &self,
        (organization, by, member): (OrganizationId, Actor, MemberId),
        channel: Channel,
        request: Request<'_>,
        receipt: impl Fn(&MemberView) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<MemberView>, Failure> {
        let user = self.helped((organization, by, member)).await?.1;
        self.keeps_accounts()?;
        let reach = self.memberships.reach(channel);
        let command = IssueSetUpLink { organization, by, member, user, reach };
        self.memberships.run(&command, request, receipt).await
    }

    /// Prepares a member's login, or changes the one that the organization made.
    ///
    /// Refuses as [`SetLogin`] does, and [`Refusal::Invalid`] if there is nothing to do.
    pub async fn set_login(
        &self,
        (organization, by, member): (OrganizationId, Actor, MemberId),
        help: LoginHelp,
        request: Request<'_>,
    ) -> Result<MemberView, Failure> {
        let (facts, user) = self.helped((organization, by, member)).await?;
        self.keeps_accounts()?;
        if help.username.is_none() && help.initial_password.is_none() {
            let rule = "must name a username, an initial password, or both";
            return Err(InvalidInput::new("body", "empty", rule).into());
        }
        let login = match user {
            Some(user) => {
                let it = facts.member(member)?;
                let known = [it.name.to_string()].into_iter().chain(it.email.iter().map(ToString::to_string));
                let known: Vec<_> = known.chain(help.username.iter().map(ToString::to_string)).collect();
                let password = match &help.initial_password {
                    Some(password) => Some(self.hash_new(password, &known).await.map_err(about_the_initial_password)?),
                    None => None,
                };
                LoginOf::User { user, username: help.username, password }
            }
            None => {
                let it = facts.member(member)?;
                let language = it.language_in(&facts.head()?.organization);
                let called = (it.name.clone(), it.profile.names.clone());
                LoginOf::Nobody(self.prepared(called, it.email.as_ref(), language, help).await?)
            }
        };
        self.memberships.once(&SetLogin { organization, by, member, login }, request).await
    }

    /// Ends every sign-in of a member whose login the organization made.
    ///
    /// Refuses as [`SignMemberOut`] does, and [`Refusal::NoLogin`].
    pub async fn sign_member_out(
        &self,
        (organization, by, member): (OrganizationId, Actor, MemberId),
        request: Request<'_>,
        receipt: impl Fn(&()) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<()>, Failure> {
        let user = self.helped((organization, by, member)).await?.1.ok_or(Refusal::NoLogin)?;
        self.memberships.run(&SignMemberOut { organization, by, member, user }, request, receipt).await
    }

    /// The personal link that a typed code takes the place of. Typing it spends nothing, and proves no mailbox; wrong
    /// guesses end the code.
    ///
    /// Refuses [`Refusal::Invalid`] for a slip of the finger, [`Refusal::UnknownCode`] for a guess, and what is known of
    /// the link to whoever has typed its code: [`Refusal::LinkSpent`], [`Refusal::LinkSuperseded`] and
    /// [`Refusal::LinkExpired`].
    pub async fn open_set_up_code(&self, text: &str, request: Request<'_>) -> Result<SecretString, Failure> {
        let typed = TypedCode::parse(text)?;
        let ports = &self.memberships.ports;
        let mut tries = Vec::new();
        for (organization, member) in ports.directory.with_set_up_code(typed.locator()).await? {
            let scope = Scope { members: vec![member], ..Scope::of(organization) };
            let facts = ports.store.read(&scope).await?;
            let row = facts.member(member).ok().and_then(|it| it.set_up);
            let Some((row, code)) = row.and_then(|row| Some((row, row.code?))) else { continue };
            if code.locator == typed.locator() {
                let link = Link::to_set_up(organization, member, row.generation);
                let is_of = |text: &SecretString| TypedCode::of(code.locator, text).is(&typed);
                let is_right = ports.links.signatures(&link).iter().any(is_of);
                tries.push((link, TrySetUpCode { organization, member, generation: row.generation, is_right }));
            }
        }
        // Seldom do several codes have the locator that was typed: then it is a guess at each of them, or right for one.
        let right = tries.iter().position(|(_, it)| it.is_right);
        if let Some((link, it)) = right.and_then(|at| tries.get(at)) {
            self.memberships.once(it, request).await?;
            return Ok(ports.links.sign(link));
        }
        for (_, it) in &tries {
            self.memberships.once(it, request).await?;
        }
        Err(Refusal::UnknownCode.into())
    }

    /// Whether a username could be chosen by whoever holds a personal link.
    ///
    /// Refuses as [`inspect_set_up`](Self::inspect_set_up), [`Refusal::UsernameTaken`] and
    /// [`Refusal::UsernameConfusable`].
    pub async fn check_username(&self, link: &str, username: &Username) -> Result<(), Failure> {
        let link = self.memberships.read_link(LinkKind::SetUp, link)?;
        let (facts, stands) = self.set_up_facts(&link).await?;
        open_set_up(&facts, &link)?;
        self.username_is_free(username, stands.map(|it| it.id)).await
    }

    /// Refuses a username that somebody else than this user has, and one that looks like it.
    pub(super) async fn username_is_free(&self, username: &Username, user: Option<UserId>) -> Result<(), Failure> {
        let scope = Scope { usernames_like: vec![username.clone()], ..Scope::default() };
        let known = self.memberships.ports.store.read(&scope).await?;
        Ok(known.username_is_free(username, user)?)
    }

    /// The first username that nobody has, of those a person's name suggests.
    async fn suggested(&self, name: &PersonName) -> Result<Option<Username>, Failure> {
        let proposals = Username::proposals(name);
        if proposals.is_empty() {
            return Ok(None);
        }
        let scope = Scope { usernames_like: proposals.clone(), ..Scope::default() };
        let known = self.memberships.ports.store.read(&scope).await?;
        Ok(proposals.into_iter().find(|it| known.username_is_free(it, None).is_ok()))
    }

    /// What a personal link leads to.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`] and
    /// [`Refusal::LinkExpired`].
    pub async fn inspect_set_up(&self, link: &str) -> Result<SetUpInspection, Failure> {
        let link = self.memberships.read_link(LinkKind::SetUp, link)?;
        let (facts, stands) = self.set_up_facts(&link).await?;
        let (member, row) = open_set_up(&facts, &link)?;
        let organization = &facts.head()?.organization;
        let proves_mailbox = row.channel == Channel::Mail;
        let proven = member.email.clone().filter(|_| proves_mailbox);
        let has_account = match &proven {
            Some(email) => {
                let scope = Scope { users_at: vec![email.clone()], ..Scope::default() };
                self.memberships.ports.store.read(&scope).await?.user_at(email).is_some()
            }
            None => false,
        };
        let username = stands.and_then(|user| user.username);
        let suggested_username = if username.is_some() { None } else { self.suggested(&member.name).await? };
        Ok(SetUpInspection {
            organization: organization.id,
            organization_name: organization.name.to_string(),
            name: member.name.clone(),
            masked_email: member.email.as_ref().map(EmailAddress::masked),
            asks_username: needs_username(&organization.policy.sign_up_policy, row, username.as_ref()),
            username,
            suggested_username,
            expires_at: row.expires_at,
            language: member.language_in(organization),
            has_account,
            proves_mailbox,
        })
    }

    /// Sets up a login by a personal link, once: for `caller`, who takes the membership over, or as a new person.
    ///
    /// Refuses as [`RedeemSetUpLink`] does.
    pub async fn redeem_set_up(
        &self,
        link: &str,
        form: SetUpForm,
        caller: Option<&Caller>,
        request: Request<'_>,
        receipt: impl Fn(&SetUpAccount) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SetUpAccount>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let link = self.memberships.read_link(LinkKind::SetUp, link)?;
        // A dead link is refused before anything is hashed: it must cost nothing to try one.
        let (facts, stands) = self.set_up_facts(&link).await?;
        let (member, row) = open_set_up(&facts, &link)?;
        let prepared = member.user;
        let (redeemer, user, password_generation) = match caller {
            Some(caller) => {
                caller.user.may_go_on()?;
                let user = &caller.user;
                (Redeemer::SignedIn(Person::from(user)), user.id, user.password_generation)
            }
            None => {
                self.keeps_accounts()?;
                let user = self.chosen(&facts, (member, row), stands.as_ref(), form).await?;
                let id = stands.map_or(user.id, |it| it.id);
                (Redeemer::New { user, address: member.email.clone() }, id, 0)
            }
        };
        let ends = caller.and_then(Caller::own_sign_in);
        let signing_in = self.sign_in_in_place(caller, (user, password_generation), request);
        let (sign_in, token) = signing_in.await?.unzip();
        let organization = OrganizationId(link.scope);
        let command = RedeemSetUpLink { link, redeemer, prepared, sign_in, ends };
        let account = |(member, user): &(Member, UserId)| SetUpAccount {
            organization,
            member: member.clone(),
            user: *user,
            token: token.clone(),
        };
        let outcome = self.memberships.run(&command, request, |it| receipt(&account(it))).await?;
        Ok(outcome.map(|it| account(&it)))
    }

    /// The account a new person chooses, its password checked and hashed, after what is cheap to refuse.
    async fn chosen(
        &self,
        facts: &Facts,
        (member, row): (&Member, crate::set_up::SetUpLink),
        stands: Option<&User>,
        form: SetUpForm,
    ) -> Result<User, Failure> {
        let missing = |field: &'static str| Failure::from(InvalidInput::new(field, "empty", "must not be empty"));
        let organization = &facts.head()?.organization;
        let username = form.username.as_ref().or(stands.and_then(|it| it.username.as_ref()));
        if needs_username(&organization.policy.sign_up_policy, row, username) {
            return Err(missing("username"));
        }
        let password = Some(form.password.ok_or_else(|| missing("password"))?);
        let language = form.language.unwrap_or_else(|| member.language_in(organization));
        let names = member.profile.names.clone();
        let account = NewAccount { name: member.name.clone(), names, username: form.username, password, language };
        self.new_user(account, member.email.as_ref()).await
    }

    /// What a personal link is about, and the account that was prepared, if one was.
    async fn set_up_facts(&self, link: &Link) -> Result<(Facts, Option<User>), Failure> {
        let member = MemberId(link.id);
        let scope = Scope { members: vec![member], ..Scope::of(OrganizationId(link.scope)) };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let user = facts.member(member).ok().and_then(|it| it.user);
        let Some(user) = user else { return Ok((facts, None)) };
        let known = self.memberships.ports.store.read(&Scope { users: vec![user], ..Scope::default() }).await?;
        let stands = known.user(user).filter(|user| user.is_prepared()).cloned();
        Ok((facts, stands))
    }

    /// A member whose login somebody wants to help with, and may: before anything is hashed, or told of the member.
    async fn helped(
        &self,
        (organization, by, member): (OrganizationId, Actor, MemberId),
    ) -> Result<(Facts, Option<UserId>), Failure> {
        let mut scope = Scope { members: vec![member], ..Scope::of(organization) };
        scope.include(by);
        let facts = self.memberships.ports.store.read(&scope).await?;
        let authority = Authority::of(&facts, by)?;
        let it = facts.member(member)?;
        authority.may(Action::ManageLogin { member: it })?;
        let user = it.user;
        Ok((facts, user))
    }
}

/// What is wrong with an initial password is about the field it was typed into.
fn about_the_initial_password(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(Refusal::Invalid(input)) if input.field == "password" => {
            input.about("initial_password").into()
        }
        failure => failure,
    }
}
