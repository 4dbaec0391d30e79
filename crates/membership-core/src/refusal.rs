//! Every way a rule says no, each with a stable code that is the same in the library, the API and the pages (X.1).

use crate::email::EmailAddress;
use crate::id::GroupId;
use crate::input::InvalidInput;
use crate::role::{Permission, RoleKey};
use crate::seating::WayOut;
use crate::subscription::SubscriptionState;

/// A rule said no. Nothing has been changed. A refusal is no error: it is the answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's fields say what they are; the text and the table below document them")]
pub enum Refusal {
    #[error("there is no such organization, or you do not belong to it")]
    UnknownOrganization,
    #[error("there is no such member in this organization")]
    UnknownMember,
    #[error("there is no such invitation in this organization")]
    UnknownInvitation,
    #[error("there is no group `{group}` in this organization; list the groups to find its id")]
    UnknownGroup { group: GroupId },
    #[error("there is no such program in this organization")]
    UnknownProgram,
    #[error("there is no such session in this organization")]
    UnknownSession,
    #[error("there is no such round in this organization")]
    UnknownRound,
    #[error("round {number} is under way; wait until it is finished, or look at how far it is")]
    RoundUnderWay { number: u32 },
    #[error("round {number} went to the same people less than an hour ago; wait, or choose others")]
    RoundRepeated { number: u32 },
    #[error("there is no such clearing of logins here; look it up in the list of them")]
    UnknownClear,
    #[error("the logins are being cleared or given back (number {number}); wait until that is finished")]
    ClearUnderWay { number: u32 },
    #[error("cleared logins can be given back for 24 hours, once; send people their personal link instead")]
    ClearNotUndoable,
    #[error("nobody of these can be written to; see who has no address, and hand them their link")]
    NobodyToWriteTo,
    #[error("this link is not one of ours; check that it was copied whole")]
    UnknownLink,
    #[error("this code is not one of ours, or it was tried too often; check it, or ask for a new one")]
    UnknownCode,
    #[error("there is no such record in this organization, or it is not shared with you; ask somebody who controls it")]
    UnknownRecord,
    #[error("this record is not shared with them; reload the record")]
    NotShared,
    #[error("this takes control of the record; ask somebody who controls it, or an administrator")]
    RecordControlNeeded,
    #[error("a record is shared with at most {limit}; end a share first")]
    TooManyShares { limit: usize },
    #[error("your access is limited because you hold no seat; ask an administrator for one")]
    SeatMissing,
    #[error("only the organization's owner may do this")]
    OwnerOnly,
    #[error("only the operator of this deployment may do this")]
    OperatorOnly,
    #[error("your role lacks the permission `{permission}`")]
    PermissionMissing { permission: Permission },
    #[error("you may not grant the role `{role}`: it is not below what you may hand out")]
    RoleAboveYours { role: RoleKey },
    #[error("this member ranks too high for you to act on")]
    MemberAboveYours,
    #[error("the organization has no role `{role}`")]
    UnknownRole { role: RoleKey },
    #[error("nobody does this to themselves; ask somebody else who may")]
    NotOnYourself,
    #[error("the owner cannot be changed, suspended or removed; ownership must be transferred first")]
    OwnerIsFixed,
    #[error("the owner cannot leave; transfer the ownership first")]
    OwnerCannotLeave,
    #[error("this member is the owner already")]
    AlreadyOwner,
    #[error("only an active member who has a login can become the owner")]
    CannotOwn,
    #[error("your membership is suspended; ask an administrator to reactivate it")]
    MembershipSuspended,
    #[error("your membership has ended on its date; ask an administrator to reactivate it")]
    MembershipDeactivated,
    #[error("this person is a member already")]
    AlreadyMember,
    #[error("this address has an outstanding invitation already; resend or revoke that one")]
    AlreadyInvited,
    #[error("this address was named before in the same request")]
    Duplicate,
    #[error("the seat limit of {limit} is reached: {taken} are taken; to go on, {}", WayOut::worded(ways_out))]
    SeatLimitReached { limit: u32, taken: u32, ways_out: &'static [WayOut] },
    #[error("the subscription is over, and nothing can be added; ask the operator to renew it")]
    SubscriptionOver { state: SubscriptionState },
    #[error("nobody waits for a seat in this organization: members do not take one on joining")]
    NobodyWaits,
    #[error("this member holds a seat already")]
    SeatHeld,
    #[error("this member holds no seat")]
    NoSeatHeld,
    #[error("seats of this organization are not allocated by hand")]
    SeatsNotByHand,
    #[error("this member is not active; reactivate the membership first")]
    MemberNotActive,
    #[error("this member is suspended already")]
    AlreadySuspended,
    #[error("this member is active already")]
    AlreadyActive,
    #[error("the invitation is not outstanding any more: it is {state}")]
    NotOutstanding { state: &'static str },
    #[error("the invitation was accepted already; sign in to go on")]
    InvitationAccepted,
    #[error("the invitation was withdrawn; ask for a new one")]
    InvitationRevoked,
    #[error("the invitation was declined; ask for a new one")]
    InvitationDeclined,
    #[error("the invitation has expired; ask for a new one")]
    InvitationExpired,
    #[error("the invitation is not open yet; its mail says when")]
    InvitationNotOpen,
    #[error("this link was replaced by a newer one; use the latest mail")]
    LinkSuperseded,
    #[error("this link was used already; ask for a new one")]
    LinkSpent,
    #[error("this link has expired; ask for a new one")]
    LinkExpired,
    #[error("this link belongs to another account; sign in with that one and open it again")]
    LinkOfAnotherAccount,
    #[error("register first: a mail with a login link follows, and after choosing a password you can accept")]
    RegistrationRequired,
    #[error("nothing is to be registered beforehand; accept the invitation")]
    RegistrationNotNeeded,
    #[error("whoever invited you may no longer grant this role; ask for a new invitation")]
    InviterMayNoLongerGrant,
    #[error(
        "the invitation is for `{invited}`, you are signed in as somebody else; switch accounts and open the link again"
    )]
    WrongAccount { invited: String, present: Vec<EmailAddress> },
    #[error("your address is not verified; verify it first")]
    EmailUnverified,
    #[error("this address has an account; sign in with it and open the link again")]
    AccountExists,
    #[error("a link that was handed over proves no mailbox; sign in first")]
    SignInRequired,
    #[error("this is not the address that was invited")]
    NotTheInvitedAddress,
    #[error("`{field}` is the person's own and set; only they can change it, on their own profile")]
    OwnedByThePerson { field: &'static str },
    #[error("this number belongs to another member of the organization; choose another")]
    NumberTaken,
    #[error("this username is taken; choose another")]
    UsernameTaken,
    #[error("this username looks too much like another one; choose one that nobody can confuse with it")]
    UsernameConfusable,
    #[error("this member has set up a login already; help with that one instead")]
    LoginExists,
    #[error("this member has no login yet; send them a set-up link or set an initial password")]
    NoLogin,
    #[error("this login is not only this organization's to change; its owner can ask for a new password by mail")]
    LoginNotYours,
    #[error("the organization has no owner yet; its invitation must be accepted first")]
    AwaitingOwner,
    #[error("a date must be in the future")]
    DateInThePast,
    #[error("this member is in the group already")]
    AlreadyInGroup,
    #[error("this member is not in the group")]
    NotInGroup,
    #[error("this one is enrolled in the session already")]
    AlreadyEnrolled,
    #[error("not enrolled in the session by name; who is enrolled through a group leaves by leaving the group")]
    NotEnrolled,
    #[error("the session has begun, so its start stays; make another session instead")]
    SessionBegun,
    #[error("the session is over; enrol in one that is running or still to come")]
    SessionOver,
    #[error("the limit of {limit} groups is reached; remove one first")]
    TooManyGroups { limit: u32 },
    #[error("this deployment has its first operator already; sign in")]
    AlreadySetUp,
    #[error("the sign-up has expired or was completed; sign in or sign up again")]
    SignUpOver,
    #[error("the login or the password is not right")]
    WrongCredentials,
    #[error("choose a new password first; if you are not signed in, ask for a login link")]
    PasswordChangeRequired,
    #[error("the present password is not right")]
    WrongPassword,
    #[error("this is none of your addresses")]
    UnknownAddress,
    #[error("this address is yours already")]
    AddressHeld,
    #[error("this address belongs to another account; sign in there, or use another address")]
    AddressInUse,
    #[error("the last verified address cannot be removed; add and verify another one first")]
    LastAddress,
    #[error("an account has at most {limit} addresses; remove one first")]
    TooManyAddresses { limit: u32 },
    #[error("this sign-in belongs to your account already; there is nothing to do")]
    IdentityHeld,
    #[error("this sign-in belongs to another account; sign in by it there, or give it up there first")]
    IdentityInUse,
    #[error(
        "your address has an account here that is not linked with this sign-in; sign in to that account and link it"
    )]
    IdentityNotLinked,
    #[error("this sign-in is none of your account's")]
    UnknownIdentity,
    #[error("this is the only way into your account; choose a password or link another sign-in first")]
    LastWayIn,
    #[error("an account is linked with at most {limit} sign-ins; give one up first")]
    TooManyIdentities { limit: u32 },
    #[error("nobody vouches for your address; have it verified where you sign in and try again")]
    EmailNotVouchedFor,
    #[error("an account is made by invitation only; ask for one and open its link")]
    SignUpClosed,
    #[error("accounts are kept elsewhere in this deployment; sign in and change yours there")]
    OwnAccountsOff,
    #[error("this token was issued elsewhere; end it there")]
    IssuedElsewhere,
    #[error("this organization asks for a second factor: set one up in your profile, sign in with it and try again")]
    SecondFactorRequired,
    #[error(
        "this key was made by a sign-in without a second factor, which this organization asks for: sign in with one, make a new key and revoke this one"
    )]
    KeyNeedsSecondFactor,
    #[error(
        "show once more who you are: with your second factor if you have one, else with your password, or by signing in again"
    )]
    FreshProofRequired,
    #[error("this code is not right; take the newest one of your app, or one of your recovery codes")]
    WrongCode,
    #[error("this code was used already; wait for the next one")]
    CodeUsed,
    #[error("this sign-in took too long or was completed; begin again")]
    PendingSignInOver,
    #[error("an authenticator app is set up already; remove it first")]
    TotpEnrolled,
    #[error("no authenticator app waits to be confirmed; begin to set one up")]
    NothingToConfirm,
    #[error("there is no second factor; set one up first")]
    NoSecondFactor,
    #[error("there is no such passkey in this account; use another one")]
    UnknownPasskey,
    #[error("the answer of the passkey does not hold; begin again")]
    PasskeyRefused,
    #[error("this passkey is added already; use it, or add another one")]
    PasskeyHeld,
    #[error("there is no such user in this deployment")]
    UnknownUser,
    #[error("an account has at most {limit} passkeys; remove one first")]
    TooManyPasskeys { limit: usize },
    #[error("the part `{part}` of the policy stays as it was chosen when the organization was founded")]
    PolicyPartIsFixed { part: &'static str },
    #[error("sign in first")]
    NotSignedIn,
    #[error("this is no whole API key: check that it was copied completely and not retyped")]
    MistypedKey,
    #[error("an API key cannot do this; sign in as a person")]
    NotByKey,
    #[error("there is no such key here")]
    UnknownKey,
    #[error("there is no such import here; the list of imports shows those of the last 30 days")]
    UnknownImport,
    #[error("an import can be undone for 24 hours after it was done, once; remove its members one by one")]
    ImportNotUndoable,
    #[error("you do not hold `{permission}` yourself, so no key of yours can; leave it out")]
    ScopeAboveYours { permission: Permission },
    #[error("there can be at most {limit} keys at a time; revoke one that is not used")]
    TooManyKeys { limit: u32 },
    #[error("this was tried too often; wait {retry_after} seconds and try again")]
    RateLimited { retry_after: u64 },
    #[error("somebody has changed this since you read it; read it again and repeat your change")]
    ChangedMeanwhile,
    #[error("this Idempotency-Key was used for another request; use a new key")]
    KeyReused,
    #[error("{0}")]
    Invalid(#[from] InvalidInput),
}

/// What a refusal means for whoever asked; the API turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// No identity (401).
    Unauthenticated,
    /// Known, and not allowed (403).
    Forbidden,
    /// Not there, as far as the caller may know (404).
    NotFound,
    /// The state does not allow it (409).
    Conflict,
    /// A spent, revoked, expired or replaced link (410).
    Gone,
    /// Somebody else was first (412).
    Stale,
    /// Input that breaks a rule (422).
    Input,
    /// Too often; to be tried again later (429).
    TooOften,
}

macro_rules! codes {
    ($($pattern:pat, $code:literal, $kind:ident;)*) => {
        impl Refusal {
            /// The stable name of the rule that said no, in kebab case.
            pub fn code(&self) -> &'static str {
                match self { $($pattern => $code,)* }
            }

            /// What the refusal means for whoever asked.
            pub fn kind(&self) -> RefusalKind {
                match self { $($pattern => RefusalKind::$kind,)* }
            }

            /// Every code there is with its kind, as `docs/rules.md` lists them.
            pub const CODES: &'static [(&'static str, RefusalKind)] = &[$(($code, RefusalKind::$kind),)*];
        }
    };
}

codes! {
    Self::UnknownOrganization, "unknown-organization", NotFound;
    Self::UnknownMember, "unknown-member", NotFound;
    Self::UnknownInvitation, "unknown-invitation", NotFound;
    Self::UnknownGroup { .. }, "unknown-group", NotFound;
    Self::UnknownProgram, "unknown-program", NotFound;
    Self::UnknownSession, "unknown-session", NotFound;
    Self::UnknownRound, "unknown-round", NotFound;
    Self::RoundUnderWay { .. }, "round-under-way", Conflict;
    Self::RoundRepeated { .. }, "round-repeated", Conflict;
    Self::UnknownClear, "unknown-clear", NotFound;
    Self::ClearUnderWay { .. }, "clear-under-way", Conflict;
    Self::ClearNotUndoable, "clear-not-undoable", Conflict;
    Self::NobodyToWriteTo, "nobody-to-write-to", Conflict;
    Self::UnknownLink, "unknown-link", NotFound;
    Self::UnknownCode, "unknown-code", NotFound;
    Self::UnknownRecord, "unknown-record", NotFound;
    Self::NotShared, "not-shared", NotFound;
    Self::RecordControlNeeded, "record-control-needed", Forbidden;
    Self::TooManyShares { .. }, "too-many-shares", Conflict;
    Self::SeatMissing, "seat-missing", Forbidden;
    Self::OwnerOnly, "owner-only", Forbidden;
    Self::OperatorOnly, "operator-only", Forbidden;
    Self::PermissionMissing { .. }, "permission-missing", Forbidden;
    Self::RoleAboveYours { .. }, "role-above-yours", Forbidden;
    Self::MemberAboveYours, "member-above-yours", Forbidden;
    Self::UnknownRole { .. }, "unknown-role", Input;
    Self::NotOnYourself, "not-on-yourself", Forbidden;
    Self::OwnerIsFixed, "owner-is-fixed", Forbidden;
    Self::OwnerCannotLeave, "owner-cannot-leave", Conflict;
    Self::AlreadyOwner, "already-owner", Conflict;
    Self::CannotOwn, "cannot-own", Conflict;
    Self::MembershipSuspended, "membership-suspended", Forbidden;
    Self::MembershipDeactivated, "membership-deactivated", Forbidden;
    Self::AlreadyMember, "already-member", Conflict;
    Self::AlreadyInvited, "already-invited", Conflict;
    Self::Duplicate, "duplicate", Conflict;
    Self::SeatLimitReached { .. }, "seat-limit-reached", Conflict;
    Self::SubscriptionOver { .. }, "subscription-over", Conflict;
    Self::NobodyWaits, "nobody-waits", Conflict;
    Self::SeatHeld, "seat-held", Conflict;
    Self::NoSeatHeld, "no-seat-held", Conflict;
    Self::SeatsNotByHand, "seats-not-by-hand", Conflict;
    Self::MemberNotActive, "member-not-active", Conflict;
    Self::AlreadySuspended, "already-suspended", Conflict;
    Self::AlreadyActive, "already-active", Conflict;
    Self::NotOutstanding { .. }, "not-outstanding", Conflict;
    Self::InvitationAccepted, "invitation-accepted", Gone;
    Self::InvitationRevoked, "invitation-revoked", Gone;
    Self::InvitationDeclined, "invitation-declined", Gone;
    Self::InvitationExpired, "invitation-expired", Gone;
    Self::InvitationNotOpen, "invitation-not-open", Conflict;
    Self::LinkSuperseded, "link-superseded", Gone;
    Self::LinkSpent, "link-spent", Gone;
    Self::LinkExpired, "link-expired", Gone;
    Self::LinkOfAnotherAccount, "link-of-another-account", Conflict;
    Self::RegistrationRequired, "registration-required", Conflict;
    Self::RegistrationNotNeeded, "registration-not-needed", Conflict;
    Self::InviterMayNoLongerGrant, "inviter-may-no-longer-grant", Conflict;
    Self::WrongAccount { .. }, "wrong-account", Conflict;
    Self::EmailUnverified, "email-unverified", Forbidden;
    Self::AccountExists, "account-exists", Conflict;
    Self::SignInRequired, "sign-in-required", Forbidden;
    Self::NotTheInvitedAddress, "not-the-invited-address", Input;
    Self::OwnedByThePerson { .. }, "owned-by-the-person", Forbidden;
    Self::NumberTaken, "number-taken", Conflict;
    Self::UsernameTaken, "username-taken", Conflict;
    Self::UsernameConfusable, "username-confusable", Conflict;
    Self::LoginExists, "login-exists", Conflict;
    Self::NoLogin, "no-login", Conflict;
    Self::LoginNotYours, "login-not-yours", Forbidden;
    Self::AwaitingOwner, "awaiting-owner", Conflict;
    Self::DateInThePast, "date-in-the-past", Input;
    Self::AlreadyInGroup, "already-in-group", Conflict;
    Self::NotInGroup, "not-in-group", NotFound;
    Self::AlreadyEnrolled, "already-enrolled", Conflict;
    Self::NotEnrolled, "not-enrolled", NotFound;
    Self::SessionBegun, "session-begun", Conflict;
    Self::SessionOver, "session-over", Conflict;
    Self::TooManyGroups { .. }, "too-many-groups", Conflict;
    Self::AlreadySetUp, "already-set-up", Gone;
    Self::SignUpOver, "sign-up-over", Gone;
    Self::WrongCredentials, "wrong-credentials", Unauthenticated;
    Self::PasswordChangeRequired, "password-change-required", Forbidden;
    Self::WrongPassword, "wrong-password", Forbidden;
    Self::UnknownAddress, "unknown-address", NotFound;
    Self::AddressHeld, "address-held", Conflict;
    Self::AddressInUse, "address-in-use", Conflict;
    Self::LastAddress, "last-address", Conflict;
    Self::TooManyAddresses { .. }, "too-many-addresses", Conflict;
    Self::IdentityHeld, "identity-held", Conflict;
    Self::IdentityInUse, "identity-in-use", Conflict;
    Self::IdentityNotLinked, "identity-not-linked", Conflict;
    Self::UnknownIdentity, "unknown-identity", NotFound;
    Self::LastWayIn, "last-way-in", Conflict;
    Self::TooManyIdentities { .. }, "too-many-identities", Conflict;
    Self::EmailNotVouchedFor, "email-not-vouched-for", Forbidden;
    Self::SignUpClosed, "sign-up-closed", Forbidden;
    Self::OwnAccountsOff, "own-accounts-off", Forbidden;
    Self::IssuedElsewhere, "issued-elsewhere", Conflict;
    Self::SecondFactorRequired, "second-factor-required", Forbidden;
    Self::KeyNeedsSecondFactor, "key-needs-second-factor", Forbidden;
    Self::FreshProofRequired, "fresh-proof-required", Forbidden;
    Self::WrongCode, "wrong-code", Forbidden;
    Self::CodeUsed, "code-used", Conflict;
    Self::PendingSignInOver, "pending-sign-in-over", Gone;
    Self::TotpEnrolled, "totp-enrolled", Conflict;
    Self::NothingToConfirm, "nothing-to-confirm", Conflict;
    Self::NoSecondFactor, "no-second-factor", Conflict;
    Self::UnknownPasskey, "unknown-passkey", NotFound;
    Self::PasskeyRefused, "passkey-refused", Forbidden;
    Self::PasskeyHeld, "passkey-held", Conflict;
    Self::UnknownUser, "unknown-user", NotFound;
    Self::TooManyPasskeys { .. }, "too-many-passkeys", Conflict;
    Self::PolicyPartIsFixed { .. }, "policy-part-is-fixed", Conflict;
    Self::NotSignedIn, "not-signed-in", Unauthenticated;
    Self::MistypedKey, "mistyped-key", Unauthenticated;
    Self::NotByKey, "not-by-key", Forbidden;
    Self::UnknownKey, "unknown-key", NotFound;
    Self::UnknownImport, "unknown-import", NotFound;
    Self::ImportNotUndoable, "import-not-undoable", Conflict;
    Self::ScopeAboveYours { .. }, "scope-above-yours", Forbidden;
    Self::TooManyKeys { .. }, "too-many-keys", Conflict;
    Self::RateLimited { .. }, "rate-limited", TooOften;
    Self::ChangedMeanwhile, "changed-meanwhile", Stale;
    Self::KeyReused, "idempotency-key-reused", Input;
    Self::Invalid(_), "invalid-input", Input;
}

impl Refusal {
    /// One refusal of every kind, for documents and translations that must not miss any.
    pub fn examples() -> Vec<Self> {
        let role = RoleKey::example();
        vec![
            Self::UnknownOrganization,
            Self::UnknownMember,
            Self::UnknownInvitation,
            Self::UnknownGroup { group: GroupId(uuid::Uuid::from_u128(1)) },
            Self::UnknownProgram,
            Self::UnknownSession,
            Self::UnknownRound,
            Self::RoundUnderWay { number: 2 },
            Self::RoundRepeated { number: 2 },
            Self::UnknownClear,
            Self::ClearUnderWay { number: 2 },
            Self::ClearNotUndoable,
            Self::NobodyToWriteTo,
            Self::UnknownLink,
            Self::UnknownCode,
            Self::UnknownRecord,
            Self::NotShared,
            Self::RecordControlNeeded,
            Self::TooManyShares { limit: 200 },
            Self::SeatMissing,
            Self::OwnerOnly,
            Self::OperatorOnly,
            Self::PermissionMissing { permission: Permission::INVITE },
            Self::RoleAboveYours { role: role.clone() },
            Self::MemberAboveYours,
            Self::UnknownRole { role },
            Self::NotOnYourself,
            Self::OwnerIsFixed,
            Self::OwnerCannotLeave,
            Self::AlreadyOwner,
            Self::CannotOwn,
            Self::MembershipSuspended,
            Self::MembershipDeactivated,
            Self::AlreadyMember,
            Self::AlreadyInvited,
            Self::Duplicate,
            Self::SeatLimitReached { limit: 5, taken: 5, ways_out: &WayOut::ALL },
            Self::SubscriptionOver { state: SubscriptionState::Grace },
            Self::NobodyWaits,
            Self::SeatHeld,
            Self::NoSeatHeld,
            Self::SeatsNotByHand,
            Self::MemberNotActive,
            Self::AlreadySuspended,
            Self::AlreadyActive,
            Self::NotOutstanding { state: "accepted" },
            Self::InvitationAccepted,
            Self::InvitationRevoked,
            Self::InvitationDeclined,
            Self::InvitationExpired,
            Self::InvitationNotOpen,
            Self::LinkSuperseded,
            Self::LinkSpent,
            Self::LinkExpired,
            Self::LinkOfAnotherAccount,
            Self::RegistrationRequired,
            Self::RegistrationNotNeeded,
            Self::InviterMayNoLongerGrant,
            Self::WrongAccount { invited: "a•••@example.org".to_owned(), present: Vec::new() },
            Self::EmailUnverified,
            Self::AccountExists,
            Self::SignInRequired,
            Self::NotTheInvitedAddress,
            Self::OwnedByThePerson { field: "first_name" },
            Self::NumberTaken,
            Self::UsernameTaken,
            Self::UsernameConfusable,
            Self::LoginExists,
            Self::NoLogin,
            Self::LoginNotYours,
            Self::AwaitingOwner,
            Self::DateInThePast,
            Self::AlreadyInGroup,
            Self::NotInGroup,
            Self::AlreadyEnrolled,
            Self::NotEnrolled,
            Self::SessionBegun,
            Self::SessionOver,
            Self::TooManyGroups { limit: 100 },
            Self::AlreadySetUp,
            Self::SignUpOver,
            Self::WrongCredentials,
            Self::PasswordChangeRequired,
            Self::WrongPassword,
            Self::UnknownAddress,
            Self::AddressHeld,
            Self::AddressInUse,
            Self::LastAddress,
            Self::TooManyAddresses { limit: 10 },
            Self::IdentityHeld,
            Self::IdentityInUse,
            Self::IdentityNotLinked,
            Self::UnknownIdentity,
            Self::LastWayIn,
            Self::TooManyIdentities { limit: 10 },
            Self::EmailNotVouchedFor,
            Self::SignUpClosed,
            Self::OwnAccountsOff,
            Self::IssuedElsewhere,
            Self::SecondFactorRequired,
            Self::KeyNeedsSecondFactor,
            Self::FreshProofRequired,
            Self::WrongCode,
            Self::CodeUsed,
            Self::PendingSignInOver,
            Self::TotpEnrolled,
            Self::NothingToConfirm,
            Self::NoSecondFactor,
            Self::UnknownPasskey,
            Self::PasskeyRefused,
            Self::PasskeyHeld,
            Self::UnknownUser,
            Self::TooManyPasskeys { limit: 20 },
            Self::PolicyPartIsFixed { part: "role_scheme" },
            Self::NotSignedIn,
            Self::MistypedKey,
            Self::NotByKey,
            Self::UnknownKey,
            Self::UnknownImport,
            Self::ImportNotUndoable,
            Self::ScopeAboveYours { permission: Permission::INVITE },
            Self::TooManyKeys { limit: 100 },
            Self::RateLimited { retry_after: 60 },
            Self::ChangedMeanwhile,
            Self::KeyReused,
            Self::Invalid(InvalidInput::new("email", "not-an-address", "must be an e-mail address")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_1_codes_are_unique_kebab_case_facts() {
        let mut codes: Vec<_> = Refusal::CODES.iter().map(|(code, _)| code).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::CODES.len());
    }

    #[test]
    fn no_code_lacks_an_example() {
        let examples: Vec<_> = Refusal::examples().iter().map(|refusal| (refusal.code(), refusal.kind())).collect();
        assert_eq!(examples, Refusal::CODES);
    }
}
