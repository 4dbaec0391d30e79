//! What an embedding program needs, in one line: `use membership_core::prelude::*;`.

pub use secrecy::ExposeSecret;

pub use crate::draft::Actor;
pub use crate::email::EmailAddress;
pub use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
pub use crate::input::InvalidInput;
pub use crate::invitation::Channel;
pub use crate::language::Language;
pub use crate::name::{OrganizationName, PersonName, Username};
pub use crate::person::Person;
pub use crate::port::{Directory, Doorbell, InvitationQuery, MemberQuery, Random, Store};
pub use crate::preset::Preset;
pub use crate::quota::MailLimits;
pub use crate::refusal::Refusal;
pub use crate::role::{Permission, RoleKey};
pub use crate::secret::{HmacLinks, LinkKey, LinkSigner};
pub use crate::service::{Failure, Memberships, NewOffer, Ports};
