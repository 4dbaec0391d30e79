//! `operator …`: what the operator does from a shell, by the same commands as the API.

use clap::Subcommand;
use membership_core::command::{FoundFor, ReassignOwnership, SetSeatLimit};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{InvitationId, MemberId, OrganizationId};
use membership_core::language::Language;
use membership_core::name::OrganizationName;
use membership_core::preset::Preset;
use membership_core::service::{Failure, Memberships};

use crate::app::{App, Parts};
use crate::config::{ConfigError, Settings};

/// What the operator does from a shell.
#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Create an organization for an owner, who is invited by mail.
    CreateOrganization {
        /// What it calls itself.
        #[arg(long)]
        name: String,
        /// The owner-to-be's address.
        #[arg(long)]
        owner_email: String,
        /// The preset its rules start from.
        #[arg(long, default_value = "team")]
        preset: String,
        /// How many seats were bought; unlimited if left out.
        #[arg(long)]
        seat_limit: Option<u32>,
        /// The language of its mails: `en` or `fr`.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Sell more or fewer seats.
    SetSeatLimit {
        /// The organization's id.
        organization: String,
        /// How many seats; unlimited if left out.
        limit: Option<u32>,
    },
    /// Make a member the owner in place of a lost one.
    ReassignOwner {
        /// The organization's id.
        organization: String,
        /// The member's id.
        member: String,
    },
}

/// Does what was asked. Mail that it causes is sent by the running server, or the next one.
///
/// # Errors
/// [`ConfigError`] with what the rules or the database said.
pub async fn run(settings: &Settings, command: OperatorCommand) -> Result<(), ConfigError> {
    let app = App::new(settings, Parts::real(settings).await?)?;
    let said =
        act(app.accounts.memberships(), command).await.map_err(|failure| ConfigError::new(failure.to_string()))?;
    println!("{said}");
    Ok(())
}

async fn act(memberships: &Memberships, command: OperatorCommand) -> Result<String, Failure> {
    let by = Actor::Operator(None);
    let random = &memberships.ports().random;
    match command {
        OperatorCommand::CreateOrganization { name, owner_email, preset, seat_limit, language } => {
            let found = FoundFor {
                id: OrganizationId(random.id()),
                name: OrganizationName::parse(&name)?,
                policy: Preset::named(&preset)?.policy()?,
                language: language.parse::<Language>()?,
                seat_limit,
                owner: EmailAddress::parse(&owner_email)?,
                invitation: InvitationId(random.id()),
                by,
            };
            let view = memberships.execute(&found).await?;
            Ok(format!("{} awaits its owner, who is invited by mail", view.head.organization.id))
        }
        OperatorCommand::SetSeatLimit { organization, limit } => {
            let set = SetSeatLimit { organization: organization.parse()?, by, limit };
            let seats = memberships.execute(&set).await?.head.seats;
            let limit = seats.limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
            Ok(format!("seats: {limit}, of which {} are taken", seats.taken()))
        }
        OperatorCommand::ReassignOwner { organization, member } => {
            let member = member.parse::<MemberId>()?;
            let view =
                memberships.execute(&ReassignOwnership { organization: organization.parse()?, by, member }).await?;
            Ok(format!("the owner is now {}", view.owner.unwrap_or_default()))
        }
    }
}
