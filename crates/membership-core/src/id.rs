//! Identifiers are types of their own, so that one kind can never be passed where another is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::input::InvalidInput;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident, $field:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidInput;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| InvalidInput::new($field, "not-an-id", "must be an id as this service hands them out"))
            }
        }
    )*};
}

identifiers! {
    /// Names one organization, the tenant.
    OrganizationId, "organization_id";
    /// Names one person's account in this deployment, or in the host application that brings its own users.
    UserId, "user_id";
    /// Names one membership: a person in one organization.
    MemberId, "member_id";
    /// Names one invitation; unique within its organization.
    InvitationId, "invitation_id";
    /// Names one outgoing message; its `Message-ID` is made from it and stays the same on every repeat (I7).
    MessageId, "message_id";
    /// Names one sign-in of a user. A sign-in is never called "session": that word belongs to programs.
    SignInId, "sign_in_id";
    /// Names one sign-up that waits for its address to be verified.
    SignUpId, "sign_up_id";
    /// Names one identity of an issuer; it follows from issuer and subject.
    IdentityId, "identity_id";
    /// Names one row of links to a user: the latest link of its kind, and whether it is alive.
    UserLinkId, "user_link_id";
    /// Names one group of an organization's members.
    GroupId, "group_id";
    /// Names one program of an organization.
    ProgramId, "program_id";
    /// Names one text for mails; it follows from what the text says.
    WordingId, "wording_id";
    /// Names one session of a program.
    SessionId, "session_id";
    /// Names one round of mail to members without a login.
    RoundId, "round_id";
    /// Names one time at which an organization's logins were cleared.
    ClearId, "clear_id";
    /// Names one passkey of a user.
    PasskeyId, "passkey_id";
    /// Names one import of many people.
    ImportId, "import_id";
    /// Names one key of an organization or of the operator; it is no secret.
    ApiKeyId, "key_id";
}
