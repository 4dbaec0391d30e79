//! People whom somebody else vouches for: an identity provider that their browser comes back from, or a trusted issuer
//! whose token they show.

use sha2::{Digest, Sha256};

use crate::command::{
    Accept, Acceptor, BeginSignIn, Command, FollowIssuer, LinkIdentity, RegisterByIdentity, UnlinkIdentity,
};
use crate::draft::derived_id;
use crate::email::EmailAddress;
use crate::facts::Scope;
use crate::id::{IdentityId, InvitationId, MemberId, OrganizationId, SignInId};
use crate::identity::Assertion;
use crate::language::Language;
use crate::name::Names;
use crate::person::Person;
use crate::port::Vouched;
use crate::refusal::Refusal;
use crate::secret::{LinkKind, TokenHash};
use crate::service::{AcceptedAccount, Accounts, Caller, Failure, NewAccount, Request, SignedIn};
use crate::user::{SignIn, User};

/// How often somebody's first sight is begun again when others see them first at the same time.
const SIGHTS: usize = 3;

/// Every method may fail as the store.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Signs in whom a provider vouches for. Somebody new gets an account if `sign_up` says so and the provider vouches
    /// for an address that has none; an account with that address is never entered for the address's sake (A01).
    ///
    /// Refuses [`Refusal::SignUpClosed`], [`Refusal::EmailNotVouchedFor`] and [`Refusal::IdentityNotLinked`].
    pub async fn sign_in_by(
        &self,
        assertion: &Assertion,
        sign_up: bool,
        ends: Option<&SignIn>,
        request: Request<'_>,
    ) -> Result<SignedIn, Failure> {
        let ends = ends.map(|it| (it.user, it.id));
        if let Some(user) = self.holder_of_identity(assertion).await? {
            let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
            let sign_in = SignIn { assurance: assertion.assurance(), ..sign_in };
            let awaits = self.memberships.once(&BeginSignIn { sign_in, ends }, request).await?;
            return Ok(SignedIn { user, token, awaits });
        }
        if !sign_up {
            return Err(Refusal::SignUpClosed.into());
        }
        let address = assertion.verified_email().cloned().ok_or(Refusal::EmailNotVouchedFor)?;
        let user = self.newcomer(assertion).await?;
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        let sign_in = SignIn { assurance: assertion.assurance(), ..sign_in };
        let identity = assertion.identity(user.created_at);
        let command = RegisterByIdentity { user, identity, address: Some(address), sign_in: Some(sign_in), ends };
        let user = self.memberships.once(&command, request).await?;
        Ok(SignedIn { user, token, awaits: Vec::new() })
    }

    /// Accepts the invitation a link leads to as whoever a provider vouches for, and signs them in. Somebody new gets an
    /// account. Nothing is spent, and no account is made, unless the invitation can be accepted.
    ///
    /// Refuses as [`Accept`] does, [`Refusal::EmailNotVouchedFor`] and [`Refusal::IdentityNotLinked`].
    pub async fn accept_by(
        &self,
        link: &str,
        assertion: &Assertion,
        ends: Option<&SignIn>,
        request: Request<'_>,
    ) -> Result<AcceptedAccount, Failure> {
        let link = self.memberships.read_link(LinkKind::Invitation, link)?;
        let known = self.holder_of_identity(assertion).await?;
        let address = assertion.verified_email();
        let holder = match address {
            Some(address) => self.verified_holder_of(address).await?,
            None => None,
        };
        let (user, mut person) = match &known {
            Some(user) => {
                user.may_go_on()?;
                (user.clone(), Person::from(user))
            }
            None => {
                address.ok_or(Refusal::EmailNotVouchedFor)?;
                let user = self.newcomer(assertion).await?;
                // A language that was not told is the organization's to choose.
                let person = Person { language: assertion.language, ..Person::from(&user) };
                (user, person)
            }
        };
        // The provider vouches for the mailbox; where another account has it, the invitation is that account's.
        let is_theirs = holder.as_ref().is_none_or(|holder| holder.id == user.id);
        person.verified.extend(address.filter(|it| is_theirs && !person.verified.contains(it)).cloned());
        if known.is_none() && holder.is_some() {
            return Err(Refusal::IdentityNotLinked.into());
        }
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        // Unless the provider has seen two factors, a person who has another one here is asked for it.
        let scope = Scope { factors_of: vec![user.id], ..Scope::default() };
        let factors = self.memberships.ports.store.read(&scope).await?;
        let sign_in = SignIn { assurance: assertion.assurance(), ..sign_in };
        let (sign_in, awaits) = factors.opened_as_known(&sign_in);
        let command = Accept {
            link,
            acceptor: Acceptor::SignedIn(person),
            member: MemberId(self.memberships.ports.random.id()),
            sign_in: Some(sign_in),
            ends: ends.map(|it| (it.user, it.id)),
        };
        let rehearsal = self.memberships.ports.store.read(&command.scope()).await?;
        command.decide(&rehearsal)?;
        let id = user.id;
        if known.is_none() {
            let identity = assertion.identity(user.created_at);
            let address = address.cloned();
            let register = RegisterByIdentity { user, identity, address, sign_in: None, ends: None };
            self.memberships.once(&register, request).await?;
        }
        let accepted =
            crate::command::Accepted { awaits_factor: awaits, ..self.memberships.once(&command, request).await? };
        Ok(AcceptedAccount { accepted, user: id, token: Some(token) })
    }

    /// Whether whoever accepts the invitation of a link will be asked for a second factor by the organization; `false` for
    /// a link that leads nowhere, which is said when it is redeemed.
    pub async fn invitation_asks_second_factor(&self, link: &str) -> Result<bool, Failure> {
        let Ok(link) = self.memberships.read_link(LinkKind::Invitation, link) else { return Ok(false) };
        let invitations = vec![InvitationId(link.id)];
        let scope = Scope { organization: Some(OrganizationId(link.scope)), invitations, ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let (Ok(head), Ok(invitation)) = (facts.head(), facts.invitation(InvitationId(link.id))) else {
            return Ok(false);
        };
        let policy = &head.organization.policy;
        Ok(policy.asks_second_factor(&invitation.role, invitation.for_owner))
    }

    /// Binds an identity to one's own account.
    ///
    /// Refuses [`Refusal::IdentityHeld`], [`Refusal::IdentityInUse`] and [`Refusal::TooManyIdentities`].
    pub async fn link_identity(
        &self,
        caller: &Caller,
        assertion: &Assertion,
        request: Request<'_>,
    ) -> Result<User, Failure> {
        let identity = assertion.identity(self.now().await?);
        let (user, proven) = (caller.user.id, caller.sign_in.proven());
        self.memberships.once(&LinkIdentity { user, proven, identity }, request).await
    }

    /// Gives an identity of one's own up. All other sign-ins end with it.
    ///
    /// Refuses [`Refusal::UnknownIdentity`] and [`Refusal::LastWayIn`].
    pub async fn unlink_identity(
        &self,
        caller: &Caller,
        identity: IdentityId,
        request: Request<'_>,
    ) -> Result<User, Failure> {
        let keeps = (!caller.comes_by_issuer).then_some(caller.sign_in.id);
        self.memberships.once(&UnlinkIdentity { user: caller.user.id, identity, keeps }, request).await
    }

    /// Who shows a trusted issuer's token, if it holds now: somebody known, by one read, or somebody who has an account
    /// from this first sight on. What they may do is read from our own rows on every request, whatever the token says.
    pub(super) async fn authenticate_by_issuer(&self, token: &str) -> Result<Option<Caller>, Failure> {
        let Some(issuers) = &self.issuers else { return Ok(None) };
        let Some(vouched) = issuers.vouch(token).await? else { return Ok(None) };
        let subject = &vouched.assertion.subject;
        let scope = Scope { users: vec![subject.user_id()], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let user = match facts.user_of(subject) {
            Some(user) => user.clone(),
            None => self.seen_first(&vouched.assertion).await?,
        };
        let user = self.follow(user, &vouched).await?;
        let sign_in = as_if_signed_in(&user, &vouched, token);
        Ok(Some(Caller { user, sign_in, to_be_noted: false, comes_by_issuer: true }))
    }

    /// The account of somebody whose token is seen for the first time: the one that has the identity already, or a new
    /// one. An address that another account has stays with that account.
    async fn seen_first(&self, assertion: &Assertion) -> Result<User, Failure> {
        let mut last = Refusal::IdentityInUse;
        for _ in 0..SIGHTS {
            if let Some(user) = self.holder_of_identity(assertion).await? {
                return Ok(user);
            }
            let address = match assertion.verified_email() {
                Some(address) if self.verified_holder_of(address).await?.is_none() => Some(address.clone()),
                _ => None,
            };
            let user = self.newcomer(assertion).await?;
            let identity = assertion.identity(user.created_at);
            let command = RegisterByIdentity { user, identity, address, sign_in: None, ends: None };
            match self.memberships.execute(&command).await {
                Err(Failure::Refused(refusal @ (Refusal::IdentityInUse | Refusal::IdentityNotLinked))) => {
                    last = refusal;
                }
                answer => return answer,
            }
        }
        Err(last.into())
    }

    async fn follow(&self, user: User, vouched: &Vouched) -> Result<User, Failure> {
        let assertion = &vouched.assertion;
        let command = FollowIssuer {
            user: user.id,
            subject: assertion.subject.clone(),
            name: assertion.name.clone().filter(|_| vouched.follows_name),
            address: assertion.verified_email().cloned().filter(|_| vouched.follows_email),
        };
        if !command.is_needed(&user) {
            return Ok(user);
        }
        let former = user.identity(command.subject.id()).and_then(|it| it.email.clone());
        let user = self.memberships.execute(&command).await?;
        if let (Some(former), Some(address)) = (&former, &command.address)
            && user.has_verified(address)
        {
            self.organizations_move(user.id, former, address).await?;
        }
        Ok(user)
    }

    async fn holder_of_identity(&self, assertion: &Assertion) -> Result<Option<User>, Failure> {
        let scope = Scope { identities: vec![assertion.subject.id()], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        Ok(facts.user_of(&assertion.subject).cloned())
    }

    async fn verified_holder_of(&self, address: &EmailAddress) -> Result<Option<User>, Failure> {
        let scope = Scope { users_at: vec![address.clone()], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        Ok(facts.user_at(address).cloned())
    }

    /// The account to be made for somebody new. Its id follows from the identity, unless somebody has it who has given
    /// that identity up.
    async fn newcomer(&self, assertion: &Assertion) -> Result<User, Failure> {
        let language = assertion.language.unwrap_or(Language::English);
        let (name, names) = (assertion.called(), Names::default());
        let account = NewAccount { name, names, username: None, password: None, language };
        let user = self.new_user(account, None).await?;
        let derived = assertion.subject.user_id();
        let scope = Scope { users: vec![derived], ..Scope::default() };
        let is_free = self.memberships.ports.store.read(&scope).await?.user(derived).is_none();
        Ok(if is_free { User { id: derived, ..user } } else { user })
    }
}

/// What stands in the place of a sign-in while somebody shows an issuer's token. It is nowhere stored: the token itself
/// is shown on every request, and ends by its own date.
fn as_if_signed_in(user: &User, vouched: &Vouched, token: &str) -> SignIn {
    let hash = Sha256::digest(token.as_bytes());
    SignIn {
        id: SignInId(derived_id(&[b"issued", hash.as_slice()])),
        user: user.id,
        token: TokenHash(hash.into()),
        created_at: vouched.issued_at,
        expires_at: vouched.expires_at,
        last_seen_at: vouched.issued_at,
        description: None,
        password_generation: user.password_generation,
        assurance: vouched.assertion.assurance(),
        proven_at: vouched.issued_at,
    }
}
