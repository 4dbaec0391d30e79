//! What a person does with their own account: password, sign-ins, addresses.

use secrecy::SecretString;

use crate::command::{AddEmail, ChangePassword, EndOtherSignIns, MakePrimary, RemoveEmail, ReplaceSignIn, VerifyEmail};
use crate::email::EmailAddress;
use crate::facts::Receipt;
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

    /// Has mail sent to another verified address of one's own.
    ///
    /// Refuses [`Refusal::UnknownAddress`] and [`Refusal::EmailUnverified`].
    pub async fn make_primary(&self, user: UserId, address: EmailAddress) -> Result<User, Failure> {
        self.memberships.execute(&MakePrimary { user, address }).await
    }

    /// Gives an address of one's own up.
    ///
    /// Refuses [`Refusal::UnknownAddress`] and [`Refusal::LastAddress`].
    pub async fn remove_email(&self, user: UserId, address: EmailAddress) -> Result<User, Failure> {
        self.memberships.execute(&RemoveEmail { user, address }).await
    }

    pub(super) fn new_link(&self, kind: LinkKind, lasts: time::Duration) -> NewLink {
        NewLink { id: UserLinkId(self.memberships.ports.random.id()), kind, lasts }
    }
}
