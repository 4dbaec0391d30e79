//! Outgoing mail as data. A message carries what its text needs, so that a repeat renders the same bytes; links are
//! derived when it is sent and are never stored.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::branding::Branding;
use crate::email::EmailAddress;
use crate::id::{
    ClearId, GroupId, InvitationId, MemberId, MessageId, OrganizationId, ProgramId, RoundId, SessionId, SignUpId,
    UserId, UserLinkId, WordingId,
};
use crate::language::Language;
use crate::subscription::SubscriptionState;
use crate::wording::TemplateKey;

/// One mail to be sent, at least once and identical on repeat (I7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, from which the `Message-ID` is made.
    pub id: MessageId,
    /// Where it is kept: with the organization or the person it belongs to.
    pub scope: MessageScope,
    /// To whom it goes.
    pub to: Recipient,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub content: Content,
    /// How the organization it comes from looks, signs and words its mails, as it did then.
    pub branding: Branding,
    /// When it was written; the mail's `Date`.
    pub created_at: OffsetDateTime,
    /// When it may go out.
    pub due_at: OffsetDateTime,
}

impl Message {
    /// The wording it was written with, if that is not the built-in one.
    pub fn wording(&self) -> Option<WordingId> {
        self.branding.wordings.chosen(TemplateKey::of(self.content.kind(), self.language)?)
    }
}

/// Whose transaction a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageScope {
    /// An organization's.
    Organization(OrganizationId),
    /// A user's.
    User(UserId),
    /// A sign-up's, whose person has no account yet; or, under an id of its own, a request of somebody unknown.
    SignUp(SignUpId),
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// One address.
    Address(EmailAddress),
    /// Everybody who administers the organization when the message is sent; the courier makes one message of each.
    Administrators,
    /// Whoever the login of a [`Content::RecoveryRequested`] names, if anybody; the courier finds out.
    AccountHolder,
    /// Whoever a [`Content::Errand`] turns out to be about when its time has come; the courier finds out.
    WhoeverThen,
}

/// What a message says: its kind, and the facts its template may use, as they stood when it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Somebody is invited; carries the personal link (S1.6).
    Invitation {
        /// Which invitation; nothing is sent once it is not outstanding any more.
        invitation: InvitationId,
        /// Which of its links; nothing is sent once there is a newer one.
        generation: u32,
        /// The organization's name.
        organization: String,
        /// The name of whoever invites; none for the operator.
        inviter: Option<String>,
        /// The role's key, or `owner`.
        role: String,
        /// The inviter's own words.
        message: Option<String>,
        /// Until when it can be accepted.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// Somebody has been set up as a member; carries the personal link by which they choose a login (S2.6, S4.5).
    AccountSetUp {
        /// Whose link; nothing is sent once it was used.
        member: MemberId,
        /// Which of the member's links; nothing is sent once there is a newer one.
        generation: u32,
        /// The organization's name.
        organization: String,
        /// What the person is called.
        name: String,
        /// The name to sign in with, if a login was prepared: the username, or else the address.
        username: Option<String>,
        /// Whether a password was set by which the person gets in once. The password itself never goes by mail
        /// (`docs/decisions/0038-credentials-are-a-name-and-a-link.md`).
        #[serde(default)]
        initial_password: bool,
        /// Until when it can be used.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// A person learns that an organization has changed how they sign in, or has signed them out (S4.7).
    LoginChanged {
        /// The organization's name.
        organization: String,
        /// What the person is called.
        name: String,
        /// What became of the login.
        change: LoginChange,
        /// The new username, if it has one.
        #[serde(default)]
        username: Option<String>,
    },
    /// An invitation was not answered yet; carries the same link again.
    Reminder {
        /// Which invitation; nothing is sent once it is not outstanding any more.
        invitation: InvitationId,
        /// Which of its links; nothing is sent once there is a newer one.
        generation: u32,
        /// The organization's name.
        organization: String,
        /// The name of whoever invites; none for the operator.
        inviter: Option<String>,
        /// The role's key.
        role: String,
        /// Until when it can be accepted.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// A session that a member is enrolled in has begun (S2.4, S2.5).
    ProgramInvitation {
        /// Which session; nothing is sent once it is over, or begins at another time.
        session: SessionId,
        /// Whom; nothing is sent to who is not enrolled any more.
        member: MemberId,
        /// The organization's name.
        organization: String,
        /// The member's name.
        name: String,
        /// The program's name.
        program: String,
        /// The session's title.
        title: String,
        /// What the program's e-mail says besides.
        message: Option<String>,
        /// When the session begins.
        #[serde(with = "time::serde::rfc3339")]
        starts_at: OffsetDateTime,
        /// When it ends.
        #[serde(with = "time::serde::rfc3339")]
        ends_at: OffsetDateTime,
    },
    /// A member learns that access will end on a date (S2.14).
    AccessEnding {
        /// Which member; nothing is sent once the date is another.
        member: MemberId,
        /// The organization's name.
        organization: String,
        /// The member's name.
        name: String,
        /// From when on there is no access.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// A member learns that access has ended on its date (S2.14).
    AccessEnded {
        /// Which member; nothing is sent once the membership goes on.
        member: MemberId,
        /// The organization's name.
        organization: String,
        /// The member's name.
        name: String,
        /// From when on there is no access.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Administrators learn that a member's access will end (S2.14).
    MemberDeactivating {
        /// Which member; nothing is sent once the date is another.
        member: MemberId,
        /// The organization's name.
        organization: String,
        /// The member's name.
        name: String,
        /// From when on there is no access.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Administrators learn that a member's access has ended on its date (S2.14).
    MemberDeactivated {
        /// Which member; nothing is sent once the membership goes on.
        member: MemberId,
        /// The organization's name.
        organization: String,
        /// The member's name.
        name: String,
        /// From when on there is no access.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// No mail yet: something to be looked up when its time has come, and to become mail then
    /// (`docs/decisions/0022-errands-become-mail-when-due.md`).
    Errand {
        /// What.
        errand: Errand,
    },
    /// Administrators learn of an acceptance (S0.11).
    InvitationAccepted {
        /// The organization's name.
        organization: String,
        /// Who joined.
        member: String,
        /// Whether the new member waits for a seat to be allocated.
        awaits_seat: bool,
    },
    /// A member learns that access is open (S0.12).
    SeatAllocated {
        /// The organization's name.
        organization: String,
        /// The member's name.
        member: String,
    },
    /// A member learns that access waits for a seat to come free.
    SeatAwaited {
        /// The organization's name.
        organization: String,
        /// The member's name.
        member: String,
    },
    /// Administrators learn that three quarters, or all, of the seats are taken.
    SeatsFilling {
        /// The organization's name.
        organization: String,
        /// How many are taken.
        taken: u32,
        /// How many there are.
        limit: u32,
    },
    /// Administrators learn that the subscription ends, or has ended.
    SubscriptionEnding {
        /// The organization's name.
        organization: String,
        /// What the package is called.
        plan: Option<String>,
        /// Where it stood when the message was written.
        state: SubscriptionState,
        /// When it ends.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
        /// When the grace after it ends.
        #[serde(with = "time::serde::rfc3339")]
        grace_ends_at: OffsetDateTime,
    },
    /// The new and the former owner learn of the transfer.
    OwnershipTransferred {
        /// The organization's name.
        organization: String,
        /// The former owner's name, if there was one.
        former: Option<String>,
        /// The new owner's name.
        owner: String,
    },
    /// A former member learns that access has ended.
    AccessRemoved {
        /// The organization's name.
        organization: String,
        /// The person's name.
        member: String,
    },
    /// Somebody signed up; carries the link that verifies the address.
    AddressVerification {
        /// Which sign-up.
        sign_up: SignUpId,
        /// The person's name.
        name: String,
        /// Until when it can be completed.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// Somebody signed up with an address that has an account already; told only to its mailbox (I13).
    AddressInUse {
        /// The name that the account goes by.
        name: String,
    },
    /// Somebody asked to be let in again. No mail yet: whether the login names anybody is looked up apart from the
    /// request, so that neither its answer nor its time tells (I13).
    RecoveryRequested {
        /// The address or username that was typed.
        login: String,
        /// What was asked for.
        means: Recovery,
    },
    /// Carries a link that signs in once.
    OneTimeLogin {
        /// Which link.
        link: UserLinkId,
        /// Which of its generations.
        generation: u32,
        /// The person's name.
        name: String,
        /// Until when it can be used.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// Carries a link by which a new password is chosen.
    PasswordReset {
        /// Which link.
        link: UserLinkId,
        /// Which of its generations.
        generation: u32,
        /// The person's name.
        name: String,
        /// Until when it can be used.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// Carries a link that proves another address of a user.
    AdditionalAddress {
        /// Which link.
        link: UserLinkId,
        /// Which of its generations.
        generation: u32,
        /// The person's name.
        name: String,
        /// Until when it can be used.
        #[serde(with = "time::serde::rfc3339")]
        expires_at: OffsetDateTime,
    },
    /// A person learns that the password was changed, in case it was somebody else (A46).
    PasswordChanged {
        /// The person's name.
        name: String,
    },
    /// A person learns that somebody else's sign-in opens their account from now on, or does not any more.
    IdentitiesChanged {
        /// The person's name.
        name: String,
        /// Whose sign-in it is: the issuer, without the scheme.
        issuer: String,
        /// What became of it.
        change: IdentityChange,
    },
    /// A person learns that what is asked for at sign-in has changed, in case it was somebody else.
    SecondFactorChanged {
        /// The person's name.
        name: String,
        /// What has changed.
        change: SecondFactorChange,
    },
    /// A person learns, at the address that counted until then, that their addresses changed.
    AddressesChanged {
        /// The person's name.
        name: String,
        /// Which address it is about.
        address: EmailAddress,
        /// What became of it.
        change: AddressChange,
    },
}

/// Something to be looked up when its time has come. The courier makes of it the mails that are right by then, or none,
/// and at most one further errand: a row waits for each thing that has a date, not one for each mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "snake_case")]
pub enum Errand {
    /// Remind of an invitation's present link, and again at the next of its dates.
    Remind {
        /// Which invitation.
        invitation: InvitationId,
        /// Which of its links.
        generation: u32,
        /// When that link was mailed.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// Tell of a deactivation date, first ahead and then on the date.
    TellOfDeactivation {
        /// Whose.
        member: MemberId,
        /// The date; if it is another by then, nothing is told.
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Write to all who are enrolled in a session that has begun.
    SessionBegins {
        /// Which session.
        session: SessionId,
        /// Its start; if it is another by then, nothing is written.
        #[serde(with = "time::serde::rfc3339")]
        starts_at: OffsetDateTime,
        /// Only to the members of this group, if it came to a session that had begun.
        group: Option<GroupId>,
        /// Only to members after this one: a large session is written to in pages.
        after: Option<MemberId>,
    },
    /// Write to a member of the sessions that have begun and that they are enrolled in.
    Enrolled {
        /// Whom.
        member: MemberId,
    },
    /// Send a chunk of a round of mail to members without a login, if nobody has sent it yet.
    SendRound {
        /// Which round.
        round: RoundId,
        /// Which of its chunks.
        chunk: u32,
    },
    /// Clear a chunk of an organization's logins.
    ClearLogins {
        /// Which clear.
        clear: ClearId,
        /// Which of its chunks.
        chunk: u32,
    },
    /// Give a chunk of cleared logins back.
    GiveLoginsBack {
        /// Which clear.
        clear: ClearId,
        /// Which of its chunks.
        chunk: u32,
    },
    /// Write to a group's members of a program's sessions that have begun.
    ProgramAttended {
        /// Which program.
        program: ProgramId,
        /// Whose members.
        group: GroupId,
    },
}

impl Errand {
    /// The errand's name: that of the row that waits.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Remind { .. } => "remind",
            Self::TellOfDeactivation { .. } => "tell_of_deactivation",
            Self::SessionBegins { .. } => "session_begins",
            Self::Enrolled { .. } => "enrolled",
            Self::ProgramAttended { .. } => "program_attended",
            Self::SendRound { .. } => "send_round",
            Self::ClearLogins { .. } => "clear_logins",
            Self::GiveLoginsBack { .. } => "give_logins_back",
        }
    }
}

/// How somebody is let in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recovery {
    /// By a link that signs in once.
    LoginLink,
    /// By a link that lets them choose a new password.
    PasswordReset,
}

/// What an organization did to a login that it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginChange {
    /// It has another username.
    Username,
    /// It has a new initial password, and perhaps another username; every sign-in has ended.
    Password,
    /// Every sign-in has ended.
    SignedOut,
    /// It is gone: the organization cleared its logins.
    Cleared,
    /// It opens the organization no more, and is otherwise what it was.
    Untied,
    /// It is what it was before it was cleared.
    GivenBack,
}

/// What has changed of a person's second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorChange {
    /// An authenticator app was set up.
    TotpAdded,
    /// The authenticator app was removed.
    TotpRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The recovery codes were made anew.
    CodesMade,
    /// A recovery code was used.
    CodeUsed,
    /// The operator took all second factors away.
    Reset,
}

impl SecondFactorChange {
    /// Every change.
    pub const ALL: [Self; 7] = [
        Self::TotpAdded,
        Self::TotpRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::CodesMade,
        Self::CodeUsed,
        Self::Reset,
    ];

    /// The name in templates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TotpAdded => "totp_added",
            Self::TotpRemoved => "totp_removed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::CodesMade => "codes_made",
            Self::CodeUsed => "code_used",
            Self::Reset => "reset",
        }
    }
}

/// What became of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressChange {
    /// It is verified, and can be used to sign in.
    Added,
    /// It is none of the account any more.
    Removed,
    /// It is the one that is written to.
    MadePrimary,
}

/// What became of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityChange {
    /// It signs in to the account.
    Linked,
    /// It signs in no more.
    Unlinked,
}

impl Content {
    /// The kind's name: that of its template.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::AccountSetUp { .. } => "account_set_up",
            Self::LoginChanged { .. } => "login_changed",
            Self::Reminder { .. } => "reminder",
            Self::ProgramInvitation { .. } => "program_invitation",
            Self::AccessEnding { .. } => "access_ending",
            Self::AccessEnded { .. } => "access_ended",
            Self::MemberDeactivating { .. } => "member_deactivating",
            Self::MemberDeactivated { .. } => "member_deactivated",
            Self::Errand { errand } => errand.name(),
            Self::InvitationAccepted { .. } => "invitation_accepted",
            Self::SeatAllocated { .. } => "seat_allocated",
            Self::SeatAwaited { .. } => "seat_awaited",
            Self::SeatsFilling { .. } => "seats_filling",
            Self::SubscriptionEnding { .. } => "subscription_ending",
            Self::OwnershipTransferred { .. } => "ownership_transferred",
            Self::AccessRemoved { .. } => "access_removed",
            Self::AddressVerification { .. } => "address_verification",
            Self::AddressInUse { .. } => "address_in_use",
            Self::RecoveryRequested { .. } => "recovery_requested",
            Self::OneTimeLogin { .. } => "one_time_login",
            Self::PasswordReset { .. } => "password_reset",
            Self::AdditionalAddress { .. } => "additional_address",
            Self::PasswordChanged { .. } => "password_changed",
            Self::IdentitiesChanged { .. } => "identities_changed",
            Self::SecondFactorChanged { .. } => "second_factor_changed",
            Self::AddressesChanged { .. } => "addresses_changed",
        }
    }

    /// The name of every kind that is a mail. What was only asked for has no template.
    pub const KINDS: [&'static str; 25] = [
        "invitation",
        "account_set_up",
        "login_changed",
        "reminder",
        "program_invitation",
        "access_ending",
        "access_ended",
        "member_deactivating",
        "member_deactivated",
        "invitation_accepted",
        "seat_allocated",
        "seat_awaited",
        "seats_filling",
        "subscription_ending",
        "ownership_transferred",
        "access_removed",
        "address_verification",
        "address_in_use",
        "one_time_login",
        "password_reset",
        "additional_address",
        "password_changed",
        "identities_changed",
        "second_factor_changed",
        "addresses_changed",
    ];
}

impl MessageScope {
    /// The id under which the message is kept: its distribution key.
    pub fn key(self) -> uuid::Uuid {
        match self {
            Self::Organization(id) => id.0,
            Self::User(id) => id.0,
            Self::SignUp(id) => id.0,
        }
    }
}
