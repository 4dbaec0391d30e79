//! Which column places a row on a shard, for every table: what a deployment that outgrows one machine distributes by.

/// Tables whose rows are kept together when their distribution columns are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// What belongs to an organization.
    Organization,
    /// What belongs to a user.
    User,
    /// What is found by an e-mail address, and what is counted for one.
    Email,
    /// The claims of usernames.
    Username,
    /// The codes that take the place of personal links, found by what is typed.
    SetUpCode,
    /// The claims of identities.
    Identity,
    /// Sign-ups, which belong to nobody yet.
    SignUp,
    /// The claims of which the deployment has one each, and the operator's keys.
    Installation,
    /// The development mailbox.
    Mailbox,
}

/// A table's place in a sharded deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The column whose value decides on which shard a row is; it never changes.
    pub column: &'static str,
    /// The tables it is kept together with.
    pub group: Group,
}

/// Every table of the schema.
pub const TABLES: &[Table] = &[
    table("organizations", "id", Group::Organization),
    table("organization_seats", "organization_id", Group::Organization),
    table("memberships", "organization_id", Group::Organization),
    table("invitations", "organization_id", Group::Organization),
    table("groups", "organization_id", Group::Organization),
    table("group_members", "organization_id", Group::Organization),
    table("programs", "organization_id", Group::Organization),
    table("sessions", "organization_id", Group::Organization),
    table("enrolments", "organization_id", Group::Organization),
    table("roster_rounds", "organization_id", Group::Organization),
    table("login_clears", "organization_id", Group::Organization),
    table("cleared_logins", "organization_id", Group::Organization),
    table("wordings", "organization_id", Group::Organization),
    table("resources", "organization_id", Group::Organization),
    table("resource_shares", "organization_id", Group::Organization),
    table("imports", "organization_id", Group::Organization),
    table("import_rows", "organization_id", Group::Organization),
    table("audit_log", "organization_id", Group::Organization),
    table("idempotency_keys", "scope_id", Group::Organization),
    table("outbox", "scope_id", Group::Organization),
    table("api_keys", "organization_id", Group::Organization),
    table("organization_quotas", "organization_id", Group::Organization),
    table("users", "id", Group::User),
    table("user_log", "user_id", Group::User),
    table("user_organizations", "user_id", Group::User),
    table("sign_ins", "user_id", Group::User),
    table("user_links", "user_id", Group::User),
    table("second_factors", "user_id", Group::User),
    table("last_logins", "user_id", Group::User),
    table("user_emails", "email", Group::Email),
    table("email_invitations", "email", Group::Email),
    table("mail_quotas", "bucket", Group::Email),
    table("usernames", "username", Group::Username),
    table("set_up_codes", "locator", Group::SetUpCode),
    table("identities", "id", Group::Identity),
    table("sign_ups", "id", Group::SignUp),
    table("installation", "key", Group::Installation),
    table("operator_keys", "deployment", Group::Installation),
    table("development_mailbox", "id", Group::Mailbox),
];

/// Tables that many writers append to at once: no foreign key may make them wait for a shared row.
pub const WITHOUT_FOREIGN_KEYS: [&str; 11] = [
    "organization_seats",
    "invitations",
    "roster_rounds",
    "login_clears",
    "wordings",
    "resources",
    "resource_shares",
    "audit_log",
    "outbox",
    "idempotency_keys",
    "organization_quotas",
];

const fn table(name: &'static str, column: &'static str, group: Group) -> Table {
    Table { name, column, group }
}
