//! The ports: what the service needs from the world, as small object-safe traits.

mod directory;
mod identity;
mod machine;
mod mail;
mod passkeys;
mod store;
mod upkeep;

pub use directory::{
    AuditQuery, Cursor, Directory, EnrolledMember, EnrolledQuery, InvitationQuery, LONGEST_PAGE, MemberQuery,
    MemberSort, NamedQuery, OrganizationQuery, Page, RecordQuery, RecordsVisible, RoundQuery, SessionQuery,
};
pub use identity::{
    Arrival, Departure, IdentityProviders, IssuerUnreachable, Pending, Provider, ProviderError, TrustedIssuers, Vouched,
};
pub use machine::{Clock, Doorbell, Overloaded, Passwords, Random, to_micros};
pub use mail::{
    Attempt, Claimed, Composer, FollowUp, KeptMail, Letter, MailError, Mailbox, Mailer, MessageRef, Outbox,
};
pub use passkeys::{AnsweredPasskey, Ceremony, Passkeys};
pub use store::{Session, Store, StoreError, UsedKey};
pub use upkeep::Upkeep;
