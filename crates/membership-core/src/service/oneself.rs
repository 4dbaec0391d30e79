//! What a person does with their own account: password, sign-ins, addresses.

use secrecy::SecretString;

use crate::command::{
    AddEmail, ChangePassword, EndOtherSignIns, MakePrimary, MemberChange, RemoveEmail, ReplaceSignIn, UpdateMember,
    VerifyEmail,
};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::{Receipt, Scope};
use crate::id::{UserId, UserLinkId};
use crate::input::InvalidInput;
use crate::password::typed_password;
use crate::refusal::Refusal;
use crate::secret::{LinkKind, SignInToken};
use crate::service::{Accounts, Caller, Failure, Outcome, Request};
use crate::user::{SignIn, User};
use crate::user_link::NewLink;

/// The most sign-ins that a list shows.
pub const MOST_SIGN_INS: usize = 100;

/// Every method may fail as the store, or with [`Failure::Overloaded`] while too many passwords are being hashed.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Chooses a new password. The present one is asked for if there is one. All other sign-ins end with it.
    ///
    /// Refuses [`Refusal::WrongPassword`] and [`Refusal::Invalid`]; and [`Refusal::FreshProofRequired`] whoever has a
    /// second factor and has not shown it a moment ago.
    pub async fn change_password(
        &self,
        caller: &Caller,
        present: Option<&SecretString>,
        new: &SecretString,
        request: Request<'_>,
    ) -> Result<User, Failure> {
        self.keeps_accounts()?;
        let known = caller.user.password.clone();
        if let Some(known) = &known {
            let present = typed_password(present.ok_or(Refusal::WrongPassword)?)?;
            if !self.passwords.verify(present, Some(known.clone())).await? {
                return Err(Refusal::WrongPassword.into());
            }
        }
        self.replaces_the_initial_one(&caller.user, new).await?;
        let password = self.hash_new(new, &caller.user.known_words()).await?;
        let command = ChangePassword {
            user: caller.user.id,
            keeps: caller.sign_in.id,
            proven: caller.sign_in.proven(),
            known,
            password,
        };
        match self.memberships.run(&command, request, |_| None).await? {
            Outcome::Done(user) => Ok(user),
            Outcome::Repeated(_) => Err(Refusal::KeyReused.into()),
        }
    }

    /// Whoever has set an initial password knows it: it cannot become the person's own.
    async fn replaces_the_initial_one(&self, user: &User, new: &SecretString) -> Result<(), Failure> {
        if user.initial_password.is_some() && self.passwords.verify(typed_password(new)?, user.password.clone()).await?
        {
            let rule = "must be another than the initial one, which somebody else knows";
            return Err(InvalidInput::new("password", "initial", rule).into());
        }
        Ok(())
    }

    /// One's own sign-ins that hold, the last used one first; at most [`MOST_SIGN_INS`].
    pub async fn sign_ins(&self, caller: &Caller) -> Result<Vec<SignIn>, Failure> {
        let now = self.now().await?;
        let mut sign_ins = self.memberships.ports.directory.sign_ins_of(caller.user.id).await?;
        sign_ins.retain(|it| it.holds(&caller.user, now, self.rules.sign_in_idles));
        sign_ins.sort_by_key(|it| std::cmp::Reverse((it.last_seen_at, it.created_at)));
        sign_ins.truncate(MOST_SIGN_INS);
        Ok(sign_ins)
    }

    /// Ends all sign-ins of one's own but the present one.
    pub async fn sign_out_elsewhere(&self, caller: &Caller) -> Result<(), Failure> {
        self.memberships.execute(&EndOtherSignIns { user: caller.user.id, keeps: caller.sign_in.id }).await
    }

    /// Goes on under another token, after the caller's privileges rose; `None` if that was done already or is no longer
    /// worth it. The former token holds for a moment ([`OVERLAP`](crate::command::replace_sign_in::OVERLAP)).
    ///
    /// Refuses [`Refusal::NotSignedIn`] and [`Refusal::IssuedElsewhere`].
    pub async fn replace_sign_in(
        &self,
        caller: &Caller,
        request: Request<'_>,
    ) -> Result<Option<(Caller, SignInToken)>, Failure> {
        if caller.comes_by_issuer {
            return Err(Refusal::IssuedElsewhere.into());
        }
        let former = &caller.sign_in;
        let (sign_in, token) = self.new_sign_in(former.user, former.password_generation, request).await?;
        let command = ReplaceSignIn { from: (former.user, former.token), sign_in };
        if !self.memberships.once(&command, request).await? {
            return Ok(None);
        }
        Ok(self.authenticate(token.expose()).await?.map(|caller| (caller, token)))
    }

    /// Writes down that a sign-in is used, if that was not done within the hour. For the time after the answer: nobody
    /// has to wait for it, and nothing goes wrong if it fails.
    pub async fn note_seen(&self, caller: &Caller) -> Result<(), Failure> {
        let (user, sign_in) = (caller.user.id, caller.sign_in.id);
        if caller.to_be_noted {
            self.memberships.ports.store.note_seen(user, sign_in).await?;
        }
        Ok(())
    }

    /// Names another address of one's own; a link that verifies it is mailed there.
    ///
    /// Refuses [`Refusal::AddressHeld`] and [`Refusal::TooManyAddresses`].
    pub async fn add_email(
        &self,
        user: UserId,
        address: EmailAddress,
        request: Request<'_>,
        receipt: impl Fn(&User) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<User>, Failure> {
        let link = self.new_link(LinkKind::Verification, self.rules.verification_lasts);
        self.memberships.run(&AddEmail { user, address, link }, request, receipt).await
    }

    /// Whether a link verifies an address of this user now. Looking changes nothing (I11).
    ///
    /// Refuses as [`verify_email`](Self::verify_email), but for [`Refusal::AddressInUse`].
    pub async fn check_email_link(&self, user: UserId, link: &str) -> Result<EmailAddress, Failure> {
        let link = self.memberships.read_link(LinkKind::Verification, link)?;
        let row = self.open_link(&link).await?.0;
        if row.user == user { Ok(row.address) } else { Err(Refusal::LinkOfAnotherAccount.into()) }
    }

    /// Verifies an address of one's own by the link that was mailed to it.
    ///
    /// Refuses [`Refusal::UnknownLink`], [`Refusal::LinkSuperseded`], [`Refusal::LinkSpent`],
    /// [`Refusal::LinkExpired`], [`Refusal::LinkOfAnotherAccount`] and [`Refusal::AddressInUse`].
    pub async fn verify_email(
        &self,
        user: UserId,
        link: &str,
        request: Request<'_>,
        receipt: impl Fn(&User) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<User>, Failure> {
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let link = self.memberships.read_link(LinkKind::Verification, link)?;
        let address = self.open_link(&link).await?.0.address;
        self.memberships.run(&VerifyEmail { user, link, address }, request, receipt).await
    }

    /// Has mail sent to another verified address of one's own, that of organizations too.
    ///
    /// Refuses [`Refusal::UnknownAddress`] and [`Refusal::EmailUnverified`].
    pub async fn make_primary(&self, user: UserId, address: EmailAddress) -> Result<User, Failure> {
        self.organizations_follow_to(user, &address).await?;
        self.memberships.execute(&MakePrimary { user, address }).await
    }

    /// Gives an address of one's own up. Organizations that write to it write to one that is kept.
    ///
    /// Refuses [`Refusal::UnknownAddress`] and [`Refusal::LastAddress`].
    pub async fn remove_email(&self, user: UserId, address: EmailAddress) -> Result<User, Failure> {
        self.organizations_leave(user, &address).await?;
        self.memberships.execute(&RemoveEmail { user, address }).await
    }

    /// Has the organizations that write to a user's primary address write to another verified one of theirs: what comes
    /// before [`MakePrimary`], so that whoever is interrupted in between does both by asking again.
    pub async fn organizations_follow_to(&self, user: UserId, address: &EmailAddress) -> Result<(), Failure> {
        let known = self.known(user).await?.filter(|it| it.has_verified(address));
        match known.as_ref().and_then(User::primary_email) {
            Some(primary) => self.organizations_move(user, primary, address).await,
            None => Ok(()),
        }
    }

    /// Has the organizations that write to this address of a user write to the first verified one of the others: what
    /// comes before [`RemoveEmail`], for the same reason.
    pub async fn organizations_leave(&self, user: UserId, address: &EmailAddress) -> Result<(), Failure> {
        let known = self.known(user).await?;
        match known.as_ref().and_then(|it| it.verified_emails().find(|kept| *kept != address)) {
            Some(kept) => self.organizations_move(user, address, kept).await,
            None => Ok(()),
        }
    }

    async fn known(&self, user: UserId) -> Result<Option<User>, Failure> {
        let facts = self.memberships.ports.store.read(&Scope { users: vec![user], ..Scope::default() }).await?;
        Ok(facts.user(user).cloned())
    }

    /// One change in each organization. Where a rule says no, because somebody else there has that address, say, the
    /// organization goes on with the one it knows.
    pub(super) async fn organizations_move(
        &self,
        user: UserId,
        from: &EmailAddress,
        to: &EmailAddress,
    ) -> Result<(), Failure> {
        if from == to {
            return Ok(());
        }
        let theirs = self.memberships.ports.directory.organizations_of(user).await?;
        for (head, member) in theirs.into_iter().filter(|(_, member)| member.email.as_ref() == Some(from)) {
            let change = MemberChange { email: Some(Some(to.clone())), ..MemberChange::default() };
            let (organization, by) = (head.organization.id, Actor::User(user));
            let update = UpdateMember { organization, by, member: member.id, change, expected: None };
            match self.memberships.execute(&update).await {
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    pub(super) fn new_link(&self, kind: LinkKind, lasts: time::Duration) -> NewLink {
        NewLink { id: UserLinkId(self.memberships.ports.random.id()), kind, lasts }
    }
}
