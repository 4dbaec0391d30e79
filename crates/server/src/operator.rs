//! `operator …`: what the operator does from a shell, by the same commands as the API.

use clap::{Args, Subcommand};
use membership_core::api_key::NewKey;
use membership_core::command::{
    CreateOperatorKey, FoundFor, InviteOwner, ReassignOwnership, RevokeOperatorKey, SetSubscription,
};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{ApiKeyId, InvitationId, MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::name::{KeyName, OrganizationName, PlanName};
use membership_core::organization::Head;
use membership_core::port::to_micros;
use membership_core::preset::Preset;
use membership_core::role::Permission;
use membership_core::secret::{KeyKind, KeyText};
use membership_core::service::{Failure, KeyView, Memberships};
use membership_core::subscription::Terms;
use std::collections::BTreeSet;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

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
        /// What was bought.
        #[command(flatten)]
        sold: Sold,
        /// The language of its mails: `en` or `fr`.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Sell a plan, seats and a time; what is left out ends.
    SetSubscription {
        /// The organization's id.
        organization: String,
        /// What is sold.
        #[command(flatten)]
        sold: Sold,
    },
    /// Show what an organization has bought, and how much of it is taken.
    ShowSubscription {
        /// The organization's id.
        organization: String,
    },
    /// Keys by which programs act as the operator, beside the token that is configured.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Invite the owner of an organization that awaits one, at the same address or another.
    InviteOwner {
        /// The organization's id.
        organization: String,
        /// The owner-to-be's address.
        #[arg(long)]
        owner_email: String,
    },
    /// Make a member the owner in place of a lost one.
    ReassignOwner {
        /// The organization's id.
        organization: String,
        /// The member's id.
        member: String,
    },
}

/// What is done with the operator's keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key and print its text, this once.
    Create {
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may do, such as `operator:found`; once for each, or separated by commas.
        #[arg(long = "scope", required = true, value_delimiter = ',')]
        scopes: Vec<String>,
        /// For how many days, at most 366.
        #[arg(long, default_value_t = NewKey::DEFAULT_DAYS)]
        days: u16,
    },
    /// List the keys, without their texts.
    List,
    /// Revoke a key; it is worth nothing from the next request on.
    Revoke {
        /// The key's id.
        key: String,
    },
}

/// What is sold, as options.
#[derive(Debug, Args)]
pub struct Sold {
    /// What the package is called.
    #[arg(long)]
    plan: Option<String>,
    /// How many seats were bought; unlimited if left out.
    #[arg(long, alias = "seat-limit", allow_negative_numbers = true)]
    seats: Option<u32>,
    /// Until when, such as `2027-12-31T00:00:00Z`; without end if left out.
    #[arg(long)]
    expires_at: Option<String>,
    /// For how many days after that everything can still be read and used, while nothing grows.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    grace_days: u16,
}

impl Sold {
    fn terms(&self) -> Result<Terms, InvalidInput> {
        let read = |text: &String| {
            OffsetDateTime::parse(text, &Rfc3339).map(|at| to_micros(at.to_offset(UtcOffset::UTC))).map_err(|_| {
                InvalidInput::new("expires_at", "not-a-time", "must be a time such as `2027-12-31T00:00:00Z`")
            })
        };
        Ok(Terms {
            plan: self.plan.as_deref().map(PlanName::parse).transpose()?,
            seat_limit: self.seats,
            expires_at: self.expires_at.as_ref().map(read).transpose()?,
            grace_days: self.grace_days,
        })
    }
}

fn told(head: &Head) -> String {
    let (seats, it) = (head.seats, &head.subscription);
    let limit = seats.limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
    let plan = it.plan.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let end = it.expires_at.map_or_else(|| "never".to_owned(), |at| at.format(&Rfc3339).unwrap_or_default());
    let counted = format!("{} assigned, {} reserved, {} waiting", seats.assigned, seats.reserved, seats.waiting);
    format!("plan: {plan}; seats: {limit} ({counted}); ends: {end}, with {} days of grace", it.grace_days)
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
        OperatorCommand::CreateOrganization { name, owner_email, preset, sold, language } => {
            let found = FoundFor {
                id: OrganizationId(random.id()),
                name: OrganizationName::parse(&name)?,
                policy: Preset::named(&preset)?.policy()?,
                language: language.parse::<Language>()?,
                terms: sold.terms()?,
                owner: EmailAddress::parse(&owner_email)?,
                invitation: InvitationId(random.id()),
                by,
            };
            let view = memberships.execute(&found).await?;
            Ok(format!("{} awaits its owner, who is invited by mail", view.head.organization.id))
        }
        OperatorCommand::SetSubscription { organization, sold } => {
            let (organization, terms) = (organization.parse()?, sold.terms()?);
            let set = SetSubscription { organization, by, terms, expected: None };
            let view = memberships.execute(&set).await?;
            Ok(told(&view.head))
        }
        OperatorCommand::ShowSubscription { organization } => {
            let view = memberships.organization(organization.parse()?, by).await?;
            Ok(told(&view.head))
        }
        OperatorCommand::Key(command) => key(memberships, command).await,
        OperatorCommand::InviteOwner { organization, owner_email } => {
            let invite = InviteOwner {
                organization: organization.parse()?,
                by,
                invitation: InvitationId(random.id()),
                email: EmailAddress::parse(&owner_email)?,
            };
            let view = memberships.execute(&invite).await?;
            Ok(format!("{} is invited by mail", view.invitation.email))
        }
        OperatorCommand::ReassignOwner { organization, member } => {
            let member = member.parse::<MemberId>()?;
            let view =
                memberships.execute(&ReassignOwnership { organization: organization.parse()?, by, member }).await?;
            Ok(format!("the owner is now {}", view.owner.unwrap_or_default()))
        }
    }
}

async fn key(memberships: &Memberships, command: KeyCommand) -> Result<String, Failure> {
    let by = Actor::Operator(None);
    let random = &memberships.ports().random;
    match command {
        KeyCommand::Create { name, scopes, days } => {
            let id = ApiKeyId(random.id());
            let text = KeyText::new(KeyKind::Operator, id.0, random.secret());
            let scopes = scopes.iter().map(|it| Permission::parse(it)).collect::<Result<BTreeSet<_>, _>>();
            let scopes = scopes.map_err(|it| it.about("scopes"))?;
            let key = NewKey { id, name: KeyName::parse(&name)?, scopes, days: Some(days), token: text.hash() };
            memberships.execute(&CreateOperatorKey { by, key }).await?;
            Ok(format!("{}\nkey {id}, good for {days} days; it is not shown again", text.expose()))
        }
        KeyCommand::List => {
            let keys = memberships.operator_keys(by).await?;
            let lines: Vec<_> = keys.iter().map(line).collect();
            Ok(if lines.is_empty() { "there are no keys".to_owned() } else { lines.join("\n") })
        }
        KeyCommand::Revoke { key } => {
            memberships.execute(&RevokeOperatorKey { by, key: key.parse()? }).await?;
            Ok("revoked".to_owned())
        }
    }
}

fn line(view: &KeyView) -> String {
    let key = &view.key;
    let scopes: Vec<_> = key.scopes.iter().map(ToString::to_string).collect();
    let state = if view.is_usable { "usable" } else { "ended" };
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", at.date()));
    format!("{}  {state}  until {}  {used}  {}  {}", key.id, key.expires_at.date(), scopes.join(","), key.name)
}
