//! How somebody is let in again who cannot sign in: by a link to their mailbox.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::command::mail_link::may_be_mailed;
use crate::command::{MailLink, RedeemLoginLink, RedeemReset, RequestRecovery};
use crate::email::EmailAddress;
use crate::facts::{Facts, Receipt, Scope};
use crate::id::{ClearId, OrganizationId, RoundId, UserId};
use crate::message::Recovery;
use crate::port::{FollowUp, StoreError};
use crate::refusal::Refusal;
use crate::secret::{Link, LinkKind};
use crate::service::{Accounts, Failure, Outcome, Request, SignedIn};
use crate::user::{Login, SignIn, User};
use crate::user_link::UserLink;

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Asks for a login link or a password reset, to be mailed if the login names anybody. Answer and time tell
    /// nothing: nothing is looked up now (I13).
    pub async fn request_recovery(
        &self,
        login: &str,
        means: Recovery,
        request: Request<'_>,
        receipt: impl Fn(&()) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<()>, Failure> {
        self.keeps_accounts()?;
        // What can be nobody's login is answered like any other and not kept: it may be a password typed into the wrong
        // field.
        let Some(login) = Login::parse(login) else { return Ok(Outcome::Done(())) };
        let client = request.client.map(str::to_owned);
        let command = RequestRecovery { id: self.memberships.ports.random.id(), login, means, client };
        self.memberships.run(&command, request, receipt).await
    }

    /// Whether a link that lets somebody in can be used now. Looking changes nothing (I11).
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`] and
    /// [`Refusal::LinkExpired`].
    pub async fn check_recovery_link(&self, means: Recovery, link: &str) -> Result<User, Failure> {
        self.keeps_accounts()?;
        let link = self.memberships.read_link(link_kind(means), link)?;
        Ok(self.open_link(&link).await?.1)
    }

    /// Signs in by a login link, once.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`] and
    /// [`Refusal::LinkExpired`].
    pub async fn redeem_login_link(
        &self,
        link: &str,
        ends: Option<&SignIn>,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        self.keeps_accounts()?;
        let link = self.memberships.read_link(LinkKind::OneTimeLogin, link)?;
        let (row, user) = self.open_link(&link).await?;
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        let ends = ends.map(|it| (it.user, it.id));
        let command = RedeemLoginLink { link, address: row.address, sign_in, ends };
        self.run_signing_in(&command, token, request, receipt).await
    }

    /// Chooses a new password by a link, once, and signs in. Every other sign-in ends.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`],
    /// [`Refusal::LinkExpired`] and [`Refusal::Invalid`].
    pub async fn redeem_reset(
        &self,
        link: &str,
        password: &SecretString,
        request: Request<'_>,
        receipt: impl Fn(&SignedIn) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<SignedIn>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        self.keeps_accounts()?;
        let link = self.memberships.read_link(LinkKind::PasswordReset, link)?;
        // A dead link is refused before anything is hashed: it must cost nothing to try one.
        let (row, user) = self.open_link(&link).await?;
        let password = self.hash_new(password, &user.known_words()).await?;
        let (sign_in, token) = self.new_sign_in(user.id, user.password_generation, request).await?;
        let command = RedeemReset { link, address: row.address, password, sign_in };
        self.run_signing_in(&command, token, request, receipt).await
    }

    /// Mails the link that was asked for, if the login names somebody who reads that mailbox.
    pub async fn follow_up(&self, login: &str, means: Recovery) -> Result<(), Failure> {
        let Some(login) = Login::parse(login) else { return Ok(()) };
        let facts = self.memberships.ports.store.read(&scope_of(&login)).await?;
        let Some((user, address)) = reached_by(&facts, &login) else { return Ok(()) };
        self.mail_link(user.id, address, means).await
    }

    pub(super) async fn mail_link(&self, user: UserId, address: EmailAddress, means: Recovery) -> Result<(), Failure> {
        let link = self.new_link(link_kind(means), self.rules.recovery_lasts);
        self.memberships.execute(&MailLink { user, address, link }).await
    }

    /// The row and the user of a link that can be used now.
    pub(super) async fn open_link(&self, link: &Link) -> Result<(UserLink, User), Failure> {
        let user = UserId(link.scope);
        let scope = Scope { users: vec![user], links_of: vec![user], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let row = facts.open_link(link)?.clone();
        let user = facts.user(user).cloned().ok_or(Refusal::UnknownLink)?;
        Ok((row, user))
    }
}

#[async_trait]
impl FollowUp for Accounts {
    async fn follow_up(&self, login: &str, means: Recovery) -> Result<(), StoreError> {
        followed(Self::follow_up(self, login, means).await)
    }

    async fn send_round(&self, organization: OrganizationId, round: RoundId, chunk: u32) -> Result<(), StoreError> {
        followed(self.memberships.send_round_chunk(organization, round, chunk).await)
    }

    async fn clear_logins(&self, organization: OrganizationId, clear: ClearId, chunk: u32) -> Result<(), StoreError> {
        followed(self.memberships.clear_logins_chunk(organization, clear, chunk).await)
    }

    async fn give_logins_back(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        chunk: u32,
    ) -> Result<(), StoreError> {
        followed(self.memberships.give_logins_back_chunk(organization, clear, chunk).await)
    }
}

/// What a courier is told: a refusal is an answer, too, and is not to be tried again.
fn followed(done: Result<(), Failure>) -> Result<(), StoreError> {
    match done {
        Ok(()) | Err(Failure::Refused(_)) => Ok(()),
        Err(Failure::Store(error)) => Err(error),
        Err(Failure::Overloaded(error)) => Err(StoreError::Busy(error.to_string())),
        Err(Failure::Issuer(error)) => Err(StoreError::Unavailable(error.to_string())),
    }
}

fn link_kind(means: Recovery) -> LinkKind {
    match means {
        Recovery::LoginLink => LinkKind::OneTimeLogin,
        Recovery::PasswordReset => LinkKind::PasswordReset,
    }
}

fn scope_of(login: &Login) -> Scope {
    match login {
        Login::Email(address) => Scope { users_at: vec![address.clone()], ..Scope::default() },
        Login::Username(name) => Scope { usernames: vec![name.clone()], ..Scope::default() },
    }
}

/// The user a login names, and the mailbox to write to: the typed address, or the primary one of a username.
fn reached_by<'a>(facts: &'a Facts, login: &Login) -> Option<(&'a User, EmailAddress)> {
    match login {
        Login::Email(address) => {
            let waiting = || facts.users.iter().find(|user| may_be_mailed(user, address));
            Some((facts.user_at(address).or_else(waiting)?, address.clone()))
        }
        Login::Username(name) => {
            let user = facts.user_named(name)?;
            Some((user, user.primary_email()?.clone()))
        }
    }
}
