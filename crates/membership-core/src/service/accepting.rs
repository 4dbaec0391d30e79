//! From an opened link to an accepted invitation, for people with and without an account in this deployment.

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::branding::LogoUrl;
use crate::command::accept::open_invitation;
use crate::command::{Accept, Accepted, Acceptor, Register};
use crate::email::EmailAddress;
use crate::facts::{Receipt, Scope};
use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::invitation::{Channel, Invitation, Inviter};
use crate::language::Language;
use crate::message::Recovery;
use crate::name::{Names, PersonName, Username};
use crate::person::Person;
use crate::policy::{NameForm, SignUpPolicy};
use crate::refusal::Refusal;
use crate::secret::{Link, LinkKind, SignInToken};
use crate::service::{Accounts, Caller, Failure, NewAccount, Outcome, Request};
use crate::user::User;

/// What the page behind a link shows. Looking changes nothing (I11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Into which organization.
    pub organization: OrganizationId,
    /// What it calls itself.
    pub organization_name: String,
    /// Its logo.
    pub logo_url: Option<LogoUrl>,
    /// The role's key, or `owner`.
    pub role: String,
    /// Who invites.
    pub inviter: Option<String>,
    /// The invited address, mostly hidden.
    pub masked_email: String,
    /// The inviter's own words.
    pub message: Option<String>,
    /// Until when it can be accepted.
    pub expires_at: OffsetDateTime,
    /// The language of the invitation.
    pub language: Language,
    /// Whether the invited address has an account here. Never told of a link that was handed over: it proves no mailbox
    /// (A62).
    pub has_account: bool,
    /// Whether the link went by mail, so that it proves the mailbox.
    pub proves_mailbox: bool,
    /// What a person without an account is asked for.
    pub asks: SignUpPolicy,
}

/// What was typed into the page behind a link.
#[derive(Debug, Clone, Default)]
pub struct AcceptForm {
    /// A person with an account who is not signed in types the address.
    pub email: Option<EmailAddress>,
    /// A new person's name.
    pub name: Option<PersonName>,
    /// A new person's first name, where the policy asks for both.
    pub first_name: Option<PersonName>,
    /// A new person's last name, where the policy asks for both.
    pub last_name: Option<PersonName>,
    /// A new person's username.
    pub username: Option<Username>,
    /// A new person's password.
    pub password: Option<SecretString>,
    /// A new person's language; the invitation's if none is named.
    pub language: Option<Language>,
}

/// An accepted invitation, with the fresh sign-in.
#[derive(Debug, Clone)]
pub struct AcceptedAccount {
    /// The membership.
    pub accepted: Accepted,
    /// Who joined.
    pub user: UserId,
    /// The token, shown once; none for whoever shows a trusted issuer's.
    pub token: Option<SignInToken>,
}

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// What an invitation's link leads to.
    ///
    /// Refuses [`Refusal::UnknownLink`] and what the invitation's state says.
    pub async fn inspect(&self, link: &str) -> Result<Inspection, Failure> {
        let link = self.memberships.read_link(LinkKind::Invitation, link)?;
        let facts = self.memberships.ports.store.read(&scope_of(&link)).await?;
        let invitation = open_invitation(&facts, &link)?;
        let organization = &facts.head()?.organization;
        let inviter = match invitation.invited_by {
            Inviter::Member(id) => facts.member(id).ok().map(|member| member.name.to_string()),
            Inviter::Operator => None,
        };
        Ok(Inspection {
            organization: organization.id,
            organization_name: organization.name.to_string(),
            logo_url: organization.branding.logo_url.clone(),
            role: if invitation.for_owner { "owner".to_owned() } else { invitation.role.to_string() },
            inviter,
            masked_email: invitation.email.masked(),
            message: invitation.message.clone(),
            expires_at: invitation.expires_at,
            language: invitation.language,
            has_account: self.told_holder(invitation).await?.is_some_and(|it| !it.awaits_password()),
            proves_mailbox: invitation.channel == Channel::Mail,
            asks: organization.policy.sign_up_policy.clone(),
        })
    }

    /// Accepts the invitation a link leads to and signs the person in: as `caller`, as the known person whose address
    /// was typed, or as a new person.
    ///
    /// Refuses as [`Accept`] does, [`Refusal::AccountExists`] when a known person neither signed in nor typed the
    /// address, and [`Refusal::Invalid`] when a new person left out what the policy asks.
    pub async fn accept(
        &self,
        link: &str,
        form: AcceptForm,
        caller: Option<&Caller>,
        request: Request<'_>,
        receipt: impl Fn(&AcceptedAccount) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<AcceptedAccount>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let link = self.memberships.read_link(LinkKind::Invitation, link)?;
        let facts = self.memberships.ports.store.read(&scope_of(&link)).await?;
        let invitation = open_invitation(&facts, &link)?;
        let asks = &facts.head()?.organization.policy.sign_up_policy;
        let (acceptor, user, password_generation) = self.acceptor(invitation, asks, form, caller).await?;
        let member = MemberId(self.memberships.ports.random.id());
        let ends = caller.and_then(Caller::own_sign_in);
        let signing_in = self.sign_in_in_place(caller, (user, password_generation), request);
        let (sign_in, token) = signing_in.await?.unzip();
        let command = Accept { link, acceptor, member, sign_in, ends };
        let account = |accepted: &Accepted| AcceptedAccount { accepted: accepted.clone(), user, token: token.clone() };
        let outcome = self.memberships.run(&command, request, |accepted| receipt(&account(accepted))).await?;
        Ok(outcome.map(|accepted| account(&accepted)))
    }

    /// Accepts an invitation that waits for an address of whoever is signed in: by the list, without its link.
    ///
    /// Refuses as [`Accept`] does.
    pub async fn accept_waiting(
        &self,
        (organization, invitation): (OrganizationId, InvitationId),
        caller: &Caller,
        request: Request<'_>,
        receipt: impl Fn(&Accepted) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<Accepted>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        caller.user.may_go_on()?;
        let scope = Scope { invitations: vec![invitation], ..Scope::of(organization) };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let person = Person::from(&caller.user);
        let row = facts.invitation(invitation).ok().filter(|it| person.verified.contains(&it.email));
        let generation = row.ok_or(Refusal::UnknownInvitation)?.generation;
        let command = Accept {
            link: Link::to_invitation(organization, invitation, generation),
            acceptor: Acceptor::SignedIn(person),
            member: MemberId(self.memberships.ports.random.id()),
            sign_in: None,
            ends: None,
        };
        self.memberships.run(&command, request, receipt).await
    }

    /// Registers a new person by an invitation's link, where the organization's policy asks for it: a link to sign in
    /// for the first time is mailed to the invited address, and the invitation waits (S0.10). Registering again, as long
    /// as nobody has signed in, mails another link.
    ///
    /// Refuses as [`Register`] does, and [`Refusal::Invalid`] when the person left out what the policy asks.
    pub async fn register(
        &self,
        link: &str,
        form: AcceptForm,
        request: Request<'_>,
        receipt: impl Fn(&()) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<()>, Failure> {
        self.keeps_accounts()?;
        let link = self.memberships.read_link(LinkKind::Invitation, link)?;
        let facts = self.memberships.ports.store.read(&scope_of(&link)).await?;
        let invitation = open_invitation(&facts, &link)?;
        let asks = &facts.head()?.organization.policy.sign_up_policy;
        // Whoever was given the link by other means learns nothing of the address: what would stop a new person stops
        // everybody, and its mailbox gets the same mail.
        if !asks.registers_first {
            return Err(Refusal::RegistrationNotNeeded.into());
        }
        // The password is chosen at the first login, whatever was typed now.
        let asked = SignUpPolicy { password: false, ..asks.clone() };
        let account = new_account(&asked, AcceptForm { password: None, ..form }, invitation.language)?;
        let address = invitation.email.clone();
        let holder = self.holder_of(&address).await?;
        if let Some(username) = &account.username {
            let waiting = holder.as_ref().filter(|it| it.awaits_password()).map(|it| it.id);
            self.username_is_free(username, waiting).await?;
        }
        let by_hand = invitation.channel == Channel::Hand;
        if let Some(user) = holder.filter(|it| by_hand || it.awaits_password()) {
            self.mail_link(user.id, address, Recovery::LoginLink).await?;
            return Ok(Outcome::Done(()));
        }
        let user = self.new_user(account, Some(&address)).await?;
        let login = self.new_link(LinkKind::OneTimeLogin, self.rules.sign_up_lasts);
        self.memberships.run(&Register { link, address, user, login }, request, receipt).await
    }

    /// Who accepts, their user id, and under which password of theirs.
    async fn acceptor(
        &self,
        invitation: &Invitation,
        asks: &SignUpPolicy,
        form: AcceptForm,
        caller: Option<&Caller>,
    ) -> Result<(Acceptor, UserId, u32), Failure> {
        if let Some(Caller { user, .. }) = caller {
            user.may_go_on()?;
            return Ok((Acceptor::SignedIn(Person::from(user)), user.id, user.password_generation));
        }
        self.keeps_accounts()?;
        let typed_another = form.email.as_ref().is_some_and(|email| *email != invitation.email);
        if typed_another {
            return Err(Refusal::NotTheInvitedAddress.into());
        }
        let holder = self.told_holder(invitation).await?.filter(|it| it.has_verified(&invitation.email));
        match (holder, form.email) {
            (Some(user), Some(address)) => {
                user.may_go_on()?;
                Ok((Acceptor::Typed { address, person: Person::from(&user) }, user.id, user.password_generation))
            }
            (Some(_), None) => Err(Refusal::AccountExists.into()),
            (None, _) if asks.registers_first => Err(Refusal::RegistrationRequired.into()),
            (None, email) => {
                let form = AcceptForm { email, ..form };
                let account = new_account(asks, form, invitation.language)?;
                let user = self.new_user(account, Some(&invitation.email)).await?;
                let id = user.id;
                Ok((Acceptor::New { user, address: invitation.email.clone() }, id, 0))
            }
        }
    }

    /// The holder of the invited address, as far as a link of this kind may tell.
    async fn told_holder(&self, invitation: &Invitation) -> Result<Option<User>, Failure> {
        match invitation.channel {
            Channel::Mail => self.holder_of(&invitation.email).await,
            Channel::Hand => Ok(None),
        }
    }

    /// The user whose verified address this is; or else the one who registered with it and has not signed in yet.
    async fn holder_of(&self, email: &EmailAddress) -> Result<Option<User>, Failure> {
        let scope = Scope { users_at: vec![email.clone()], ..Scope::default() };
        let facts = self.memberships.ports.store.read(&scope).await?;
        let waiting = || facts.users.iter().find(|user| user.awaits_first_login());
        Ok(facts.user_at(email).or_else(waiting).cloned())
    }
}

fn scope_of(link: &Link) -> Scope {
    Scope { invitations: vec![InvitationId(link.id)], ..Scope::of(OrganizationId(link.scope)) }
}

/// What a new person told, if it is what the policy asks for.
fn new_account(asks: &SignUpPolicy, form: AcceptForm, language: Language) -> Result<NewAccount, InvalidInput> {
    let missing = |field: &'static str| InvalidInput::new(field, "empty", "must not be empty");
    let (name, names) = match asks.name {
        NameForm::OneField => (form.name.ok_or_else(|| missing("name"))?, Names::default()),
        NameForm::FirstAndLast => {
            let first = form.first_name.ok_or_else(|| missing("first_name"))?;
            let last = form.last_name.ok_or_else(|| missing("last_name"))?;
            (PersonName::parse(&format!("{first} {last}"))?, Names { first: Some(first), last: Some(last) })
        }
    };
    if asks.username && form.username.is_none() {
        return Err(missing("username"));
    }
    if asks.password && form.password.is_none() {
        return Err(missing("password"));
    }
    let language = form.language.unwrap_or(language);
    Ok(NewAccount { name, names, username: form.username, password: form.password, language })
}
