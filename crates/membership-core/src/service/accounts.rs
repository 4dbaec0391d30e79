//! The users of this deployment: sign up, verify the address, sign in and out. A host application with its own users
//! needs none of it.

use std::sync::Arc;

use secrecy::SecretString;
use time::{Duration, OffsetDateTime};

use crate::agent;
use crate::command::complete_sign_up::open_sign_up;
use crate::command::{
    AppointFirstOperator, BeginSignIn, Command, CompleteSignUp, EndSignIn, Entered, RequestSignUp, UpdateProfile,
    UseInitialPassword,
};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::{Facts, Receipt, Scope};
use crate::id::{SignInId, SignUpId, UserId};
use crate::input::visible;
use crate::language::Language;
use crate::name::{Names, PersonName, Username};
use crate::organization::ChainEnd;
use crate::password::{new_password, typed_password};
use crate::port::{Passkeys, Passwords, TrustedIssuers};
use crate::refusal::Refusal;
use crate::second_factor::{Assurance, FactorKind};
use crate::secret::{Link, LinkKind, SignInToken};
use crate::service::{Failure, Memberships, Outcome, Request};
use crate::user::{PasswordHash, SignIn, SignUp, User};

/// The users of this deployment. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub(super) memberships: Memberships,
    pub(super) passwords: Arc<dyn Passwords>,
    pub(super) rules: AccountRules,
    pub(super) issuers: Option<Arc<dyn TrustedIssuers>>,
    pub(super) passkeys: Option<Arc<dyn Passkeys>>,
}

/// What accounts of this deployment are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRules {
    /// The shortest password, in characters.
    pub shortest_password: usize,
    /// How long a sign-in lasts at most.
    pub sign_in_lasts: Duration,
    /// How long a sign-in lasts without being used.
    pub sign_in_idles: Duration,
    /// How long a sign-up waits to be completed.
    pub sign_up_lasts: Duration,
    /// How long a login link or a password reset can be used.
    pub recovery_lasts: Duration,
    /// How long an address waits to be verified.
    pub verification_lasts: Duration,
    /// Whether people have passwords and sign up here. Otherwise a host application or an identity provider brings all
    /// of them, and whatever leads to a password is refused.
    pub own_accounts: bool,
}

impl Default for AccountRules {
    fn default() -> Self {
        Self {
            shortest_password: 15,
            sign_in_lasts: Duration::days(30),
            sign_in_idles: Duration::days(14),
            sign_up_lasts: Duration::hours(24),
            recovery_lasts: Duration::hours(1),
            verification_lasts: Duration::hours(24),
            own_accounts: true,
        }
    }
}

/// Somebody who has shown a token that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who it is.
    pub user: User,
    /// By which sign-in; of whoever shows a trusted issuer's token, what stands in the place of one.
    pub sign_in: SignIn,
    /// Whether it is time to write down that it is used, after the answer: [`Accounts::note_seen`].
    pub to_be_noted: bool,
    /// Whether a trusted issuer's token was shown. Then there is no sign-in here that could be ended or renewed.
    pub comes_by_issuer: bool,
}

impl Caller {
    /// The caller as who acts in an organization, known as well as the sign-in says.
    pub fn actor(&self) -> Actor {
        Actor::by_sign_in(&self.sign_in)
    }

    /// The sign-in that ends where another takes its place; a trusted issuer's token has none.
    pub(super) fn own_sign_in(&self) -> Option<(UserId, SignInId)> {
        (!self.comes_by_issuer).then_some((self.user.id, self.sign_in.id))
    }
}

/// A person and the token of their fresh sign-in, shown once.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// The token.
    pub token: SignInToken,
    /// The second factors of which one is to be shown before the token is worth anything; empty if none is asked for.
    pub awaits: Vec<FactorKind>,
}

/// What somebody who signs up tells.
#[derive(Debug, Clone)]
pub struct SignUpForm {
    /// The address to be verified.
    pub email: EmailAddress,
    /// What the person is called.
    pub name: PersonName,
    /// The chosen password.
    pub password: SecretString,
    /// The language the person chose.
    pub language: Language,
}

/// What the first operator tells.
#[derive(Debug, Clone)]
pub struct FirstOperator {
    /// The text of the link that the first start printed.
    pub link: SecretString,
    /// The operator's address and the rest.
    pub form: SignUpForm,
}

/// The parts of an account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What the person is called.
    pub name: PersonName,
    /// First and last name, where they are asked for apart.
    pub names: Names,
    /// The name to sign in with, besides the address.
    pub username: Option<Username>,
    /// The chosen password.
    pub password: Option<SecretString>,
    /// The language the person chose.
    pub language: Language,
}

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Accounts on a service's ports.
    pub fn new(memberships: Memberships, passwords: Arc<dyn Passwords>, rules: AccountRules) -> Self {
        Self { memberships, passwords, rules, issuers: None, passkeys: None }
    }

    /// The same accounts, where tokens of these issuers are accepted instead of our own.
    #[must_use]
    pub fn trusting(self, issuers: Arc<dyn TrustedIssuers>) -> Self {
        Self { issuers: Some(issuers), ..self }
    }

    /// The same accounts, with passkeys.
    #[must_use]
    pub fn with_passkeys(self, passkeys: Arc<dyn Passkeys>) -> Self {
        Self { passkeys: Some(passkeys), ..self }
    }

    /// The service these accounts belong to.
    pub fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// What accounts of this deployment are like.
    pub fn rules(&self) -> AccountRules {
        self.rules
    }

    /// Who shows this token, if it holds now. Asked on every request, so that what ended is refused at once (I8).
    pub async fn authenticate(&self, token: &str) -> Result<Option<Caller>, Failure> {
        let Some(key) = SignInToken::read(token) else { return self.authenticate_by_issuer(token).await };
        let scope = Scope { sign_in: Some(key), ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let Some(sign_in) = facts.sign_ins.first().cloned() else { return Ok(None) };
        let Some(user) = facts.user(sign_in.user).cloned() else { return Ok(None) };
        let holds = sign_in.holds(&user, facts.now, self.rules.sign_in_idles);
        let to_be_noted = sign_in.is_to_be_noted(facts.now);
        Ok(holds.then_some(Caller { user, sign_in, to_be_noted, comes_by_issuer: false }))
    }

    /// Asks for an account. The answer, and its time, are the same whether or not the address has one (I13).
    pub async fn sign_up(
        &self,
        form: SignUpForm,
        request: Request<'_>,
        receipt: impl Fn(&()) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<()>, Failure> {
        self.keeps_accounts()?;
        let known = [form.name.to_string(), form.email.to_string()];
        let password = new_password(&form.password, self.rules.shortest_password, &known)?;
        let password = self.passwords.hash(password).await?;
        let now = self.now().await?;
        let sign_up = SignUp {
            id: SignUpId(self.memberships.ports.random.id()),
            email: form.email,
            name: form.name,
            password,
            language: form.language,
            created_at: now,
            expires_at: now.saturating_add(self.rules.sign_up_lasts),
        };
        self.memberships
            .run(&RequestSignUp { sign_up, client: request.client.map(str::to_owned) }, request, receipt)
            .await
    }

    /// What a sign-up's link leads to: the person's name and address.
    ///
    /// Refuses [`Refusal::UnknownLink`] and [`Refusal::SignUpOver`].
    pub async fn pending_sign_up(&self, link: &str) -> Result<SignUp, Failure> {
        self.keeps_accounts()?;
        let link = self.memberships.read_link(LinkKind::Verification, link)?;
        // Links that verify a further address of an account are of the same kind; they are unknown here.
        if link != Link::to_sign_up(SignUpId(link.id)) {
            return Err(Refusal::UnknownLink.into());
        }
        let id = SignUpId(link.id);
        let scope = Scope { sign_up: Some(id), ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        Ok(open_sign_up(&facts, id)?.clone())
    }

    /// Completes a sign-up: the link shows that the person reads the mailbox, the password that it is the same person.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::SignUpOver`] and [`Refusal::WrongCredentials`].
    pub async fn verify(
        &self,
        link: &str,
        password: &SecretString,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let sign_up = self.pending_sign_up(link).await?;
        let password = typed_password(password)?;
        if !self.passwords.verify(password, Some(sign_up.password)).await? {
            return Err(Refusal::WrongCredentials.into());
        }
        let user = UserId(self.memberships.ports.random.id());
        let (sign_in, token) = self.new_sign_in(user, 0, request).await?;
        let command = CompleteSignUp { sign_up: sign_up.id, address: sign_up.email, user, sign_in };
        self.run_signing_in(&command, token, request, receipt).await
    }

    /// Signs a person in by address or username and password. Whoever has a second factor is asked for it before the
    /// token is worth anything ([`SignedIn::awaits`], [`Accounts::prove`]). Takes as long for an unknown login as for a known one.
    ///
    /// An initial password lets in once and in time, and must then be replaced (S2.6).
    ///
    /// Refuses [`Refusal::WrongCredentials`].
    pub async fn sign_in(
        &self,
        login: &str,
        password: &SecretString,
        ends: Option<&SignIn>,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        self.keeps_accounts()?;
        let password = typed_password(password)?;
        let user = self.user_by_login(login).await?;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let known = self.passwords.verify(password, hash.clone()).await?;
        let Some(user) = user.filter(|_| known) else { return Err(Refusal::WrongCredentials.into()) };
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        let ends = ends.map(|it| (it.user, it.id));
        if user.initial_password.is_some() {
            let known = hash.ok_or(Refusal::WrongCredentials)?;
            return self.run_signing_in(&UseInitialPassword { known, sign_in, ends }, token, request, receipt).await;
        }
        let command = BeginSignIn { sign_in, ends };
        let signed_in =
            |awaits: &[FactorKind]| SignedIn { user: user.clone(), token: token.clone(), awaits: awaits.to_vec() };
        let outcome = self.memberships.run(&command, request, |awaits| receipt(&signed_in(awaits))).await?;
        Ok(outcome.map(|awaits| signed_in(&awaits)))
    }

    /// Ends a sign-in of one's own.
    pub async fn sign_out(&self, user: UserId, sign_in: SignInId) -> Result<(), Failure> {
        self.memberships.execute(&EndSignIn { user, sign_in }).await
    }

    /// Changes one's own name or language.
    ///
    /// Refuses [`Refusal::ChangedMeanwhile`].
    pub async fn update_profile(&self, command: &UpdateProfile) -> Result<User, Failure> {
        self.memberships.execute(command).await
    }

    /// The link that makes the first person the operator, while there is none and people have passwords here.
    pub async fn first_operator_link(&self) -> Result<Option<SecretString>, Failure> {
        if !self.rules.own_accounts {
            return Ok(None);
        }
        let scope = Scope { installation: true, ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        Ok((!facts.has_operator).then(|| self.memberships.ports.links.sign(&Link::to_first_operator())))
    }

    /// Whether a text is the link of the first start and still worth something.
    ///
    /// Refuses [`Refusal::UnknownLink`] and [`Refusal::AlreadySetUp`].
    pub async fn check_first_operator_link(&self, link: &str) -> Result<(), Failure> {
        self.keeps_accounts()?;
        let link = self.memberships.read_link(LinkKind::SetUp, link)?;
        if link != Link::to_first_operator() {
            return Err(Refusal::UnknownLink.into());
        }
        match self.first_operator_link().await? {
            Some(_) => Ok(()),
            None => Err(Refusal::AlreadySetUp.into()),
        }
    }

    /// Makes the deployment's first operator and signs them in.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::AlreadySetUp`] and [`Refusal::AccountExists`].
    pub async fn set_up(
        &self,
        first: FirstOperator,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        use secrecy::ExposeSecret;
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        self.check_first_operator_link(first.link.expose_secret()).await?;
        let form = first.form;
        let account = NewAccount {
            name: form.name,
            names: Names::default(),
            username: None,
            password: Some(form.password),
            language: form.language,
        };
        let user = self.new_user(account, Some(&form.email)).await?;
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        let command = AppointFirstOperator { user, address: form.email, sign_in };
        self.run_signing_in(&command, token, request, receipt).await
    }

    /// Refuses what leads to a password where people have none here.
    pub(super) fn keeps_accounts(&self) -> Result<(), Refusal> {
        if self.rules.own_accounts { Ok(()) } else { Err(Refusal::OwnAccountsOff) }
    }

    /// An account to be made, its password checked and hashed. It is still without the address, which only must not be
    /// the password.
    pub(super) async fn new_user(&self, account: NewAccount, address: Option<&EmailAddress>) -> Result<User, Failure> {
        let mut user = User {
            id: UserId(self.memberships.ports.random.id()),
            name: account.name,
            names: account.names,
            username: account.username,
            emails: Vec::new(),
            password: None,
            password_due: false,
            initial_password: None,
            password_generation: 0,
            identities: Vec::new(),
            language: account.language,
            operator: false,
            home: None,
            created_at: self.now().await?,
            audit: ChainEnd::default(),
            version: 1,
        };
        if let Some(password) = account.password {
            let mut known = user.known_words();
            known.extend(address.map(ToString::to_string));
            user.password = Some(self.hash_new(&password, &known).await?);
        }
        Ok(user)
    }

    /// A sign-in of somebody who was let in under that password of theirs.
    pub(super) async fn new_sign_in(
        &self,
        user: UserId,
        password_generation: u32,
        request: Request<'_>,
    ) -> Result<(SignIn, SignInToken), Failure> {
        let random = &self.memberships.ports.random;
        let token = SignInToken::new(user, random.secret());
        let now = self.now().await?;
        let sign_in = SignIn {
            id: SignInId(random.id()),
            user,
            token: token.hash(),
            created_at: now,
            expires_at: now.saturating_add(self.rules.sign_in_lasts),
            last_seen_at: now,
            description: request.agent.and_then(agent::description),
            password_generation,
            assurance: Assurance::OneFactor,
            proven_at: now,
        };
        Ok((sign_in, token))
    }

    /// A sign-in that takes the place of the caller's: known as well, and proven no later. Without a caller it is one
    /// of somebody who was let in; none for whoever shows a trusted issuer's token.
    pub(super) async fn sign_in_in_place(
        &self,
        caller: Option<&Caller>,
        (user, password_generation): (UserId, u32),
        request: Request<'_>,
    ) -> Result<Option<(SignIn, SignInToken)>, Failure> {
        if caller.is_some_and(|it| it.comes_by_issuer) {
            return Ok(None);
        }
        let (mut sign_in, token) = self.new_sign_in(user, password_generation, request).await?;
        if let Some(caller) = caller {
            (sign_in.assurance, sign_in.proven_at) = (caller.sign_in.assurance, caller.sign_in.proven_at);
        }
        Ok(Some((sign_in, token)))
    }

    pub(super) async fn run_signing_in<C>(
        &self,
        command: &C,
        token: SignInToken,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure>
    where
        C: Command,
        C::Reply: Clone + Into<Entered>,
    {
        let signed_in = |reply: &C::Reply| {
            let Entered { user, awaits } = reply.clone().into();
            SignedIn { user, token: token.clone(), awaits }
        };
        let outcome = self.memberships.run(command, request, |reply| receipt(&signed_in(reply))).await?;
        Ok(outcome.map(|reply| signed_in(&reply)))
    }

    pub(super) async fn hash_new(&self, password: &SecretString, known: &[String]) -> Result<PasswordHash, Failure> {
        let password = new_password(password, self.rules.shortest_password, known)?;
        Ok(self.passwords.hash(password).await?)
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<User>, Failure> {
        let mut scope = Scope::default();
        let login = visible(login);
        let email = EmailAddress::parse(&login).ok();
        scope.users_at.extend(email.clone());
        scope.usernames.extend(Username::parse(&login).ok());
        let facts = self.memberships.ports.store.read(&scope).await?;
        Ok(by_login(&facts, email.as_ref()).cloned())
    }

    pub(super) async fn now(&self) -> Result<OffsetDateTime, Failure> {
        Ok(self.memberships.ports.store.read(&Scope::default()).await?.now)
    }
}

/// The user a login names. An unverified address counts only while nobody has proven it and one person claims it: it is
/// how somebody signs in whose link was handed over.
fn by_login<'a>(facts: &'a Facts, email: Option<&EmailAddress>) -> Option<&'a User> {
    let verified = email.and_then(|email| facts.user_at(email));
    match (verified, facts.users.as_slice()) {
        (Some(user), _) | (None, [user]) => Some(user),
        _ => None,
    }
}
