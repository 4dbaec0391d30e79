//! Reading users, sign-ins, sign-ups and the deployment's first operator. They are of other groups than organizations:
//! ids are looked up first, rows are loaded by id, and nothing is joined.

use std::collections::BTreeSet;

use membership_core::facts::{Facts, Scope};
use membership_core::id::{OrganizationId, UserId};
use membership_core::name::Username;
use membership_core::port::StoreError;
use serde::Deserialize;
use sqlx::postgres::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::people::{
    SecondFactorsRow, SignInRow, SignUpRow, UserLinkRow, UserRow, sign_in_columns, sign_up_columns, user_columns,
    user_link_columns,
};
use crate::statement::{Route, statements};

use super::{ask, told};

statements! {
    /// Who has one of these addresses. Verified ones first; an unverified one proves nothing, and of those there can
    /// be any number.
    USERS_AT, Route::By(Group::Email), told!(
        "SELECT coalesce(json_agg(r.user_id), '[]') FROM (
            SELECT e.user_id FROM user_emails e WHERE e.email = ANY($1)
            ORDER BY e.verified_at NULLS LAST, e.user_id LIMIT 1000) r");
    /// Who has one of these names, or claims what they look like.
    USERS_NAMED, Route::By(Group::Username), told!(
        "SELECT coalesce(json_agg(n.user_id), '[]') FROM usernames n WHERE n.username = ANY($1)");
    /// Whose identities these are.
    USERS_OF, Route::By(Group::Identity), told!(
        "SELECT coalesce(json_agg(i.user_id), '[]') FROM identities i WHERE i.id = ANY($1)");
    /// Users by id.
    USERS, Route::By(Group::User), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT ", user_columns!(), " FROM users u WHERE u.id = ANY($1) ORDER BY u.id) r");
    /// To which organizations users belong; two of each are enough to know of another one.
    BELONGS, Route::By(Group::User), told!(
        "SELECT coalesce(json_agg(json_build_array(r.user_id, r.organization_id)), '[]') FROM (
            SELECT n.user_id, n.organization_id FROM (
                SELECT o.user_id, o.organization_id,
                    row_number() OVER (PARTITION BY o.user_id ORDER BY o.organization_id) AS place
                FROM user_organizations o WHERE o.user_id = ANY($1)) n
            WHERE n.place <= 2 ORDER BY n.user_id, n.organization_id) r");
    /// The links of users.
    LINKS, Route::By(Group::User), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT ", user_link_columns!(), " FROM user_links l WHERE l.user_id = ANY($1)
            ORDER BY l.user_id, l.id) r");
    /// The second factors of users.
    FACTORS, Route::By(Group::User), told!(
        "SELECT coalesce(json_agg(r), '[]') FROM (
            SELECT f.user_id, f.totp, f.passkeys, f.codes, f.version FROM second_factors f
            WHERE f.user_id = ANY($1) ORDER BY f.user_id) r");
    /// A user and the sign-in with a token.
    SIGN_IN, Route::By(Group::User), told!(
        "SELECT json_build_object(
            'user', (SELECT row_to_json(r) FROM (SELECT ", user_columns!(), " FROM users u WHERE u.id = $1) r),
            'sign_in', (SELECT row_to_json(r) FROM (SELECT ", sign_in_columns!(), " FROM sign_ins s
                WHERE s.user_id = $1 AND s.token_hash = $2 AND s.ended_at IS NULL) r))");
    /// A sign-up.
    SIGN_UP, Route::By(Group::SignUp), told!(
        "SELECT row_to_json(r) FROM (SELECT ", sign_up_columns!(), " FROM sign_ups s WHERE s.id = $1) r");
    /// Whether the deployment has its first operator.
    INSTALLATION, Route::By(Group::Installation), told!(
        "SELECT EXISTS (SELECT FROM installation c WHERE c.key = $1)");
}

/// The claim of whoever became operator first.
pub(crate) const FIRST_OPERATOR: &str = "first-operator";

#[derive(Deserialize)]
struct SignedIn {
    user: Option<UserRow>,
    sign_in: Option<SignInRow>,
}

/// Reads what the scope asks of people.
pub(super) async fn load(
    connection: &mut PgConnection,
    now: &mut Option<OffsetDateTime>,
    scope: &Scope,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let mut ids = found(connection, now, scope).await?;
    if let Some((user, token)) = scope.sign_in {
        ids.remove(&user.0);
        let query = SIGN_IN.query().bind(user.0).bind(token.0.to_vec());
        let found: SignedIn = ask(connection, now, query).await?;
        facts.users.extend(found.user.map(UserRow::user).transpose()?);
        facts.sign_ins.extend(found.sign_in.map(SignInRow::sign_in).transpose()?);
    }
    // Also if nobody was found: a login that is nobody's must take as long as one that is somebody's (A61).
    if !ids.is_empty() || !scope.users_at.is_empty() || asks_for_names(scope) {
        let ids: Vec<_> = ids.into_iter().collect();
        let rows: Vec<UserRow> = ask(connection, now, USERS.query().bind(ids)).await?;
        for row in rows {
            facts.users.push(row.user()?);
        }
    }
    if !scope.links_of.is_empty() {
        let users: Vec<_> = scope.links_of.iter().map(|id| id.0).collect();
        let rows: Vec<UserLinkRow> = ask(connection, now, LINKS.query().bind(users)).await?;
        for row in rows {
            facts.links.push(row.user_link()?);
        }
    }
    if !scope.factors_of.is_empty() {
        let users: Vec<_> = scope.factors_of.iter().map(|id| id.0).collect();
        let rows: Vec<SecondFactorsRow> = ask(connection, now, FACTORS.query().bind(users)).await?;
        facts.second_factors.extend(rows.into_iter().map(SecondFactorsRow::second_factors));
    }
    if !scope.organizations_of.is_empty() {
        let users: Vec<_> = scope.organizations_of.iter().map(|id| id.0).collect();
        let lines: Vec<(Uuid, Uuid)> = ask(connection, now, BELONGS.query().bind(users)).await?;
        facts.belongs.extend(lines.into_iter().map(|(user, id)| (UserId(user), OrganizationId(id))));
    }
    if let Some(id) = scope.sign_up {
        let row: Option<SignUpRow> = ask(connection, now, SIGN_UP.query().bind(id.0)).await?;
        facts.sign_ups.extend(row.map(SignUpRow::sign_up).transpose()?);
    }
    if scope.installation {
        facts.has_operator = ask(connection, now, INSTALLATION.query().bind(FIRST_OPERATOR)).await?;
    }
    Ok(())
}

/// The ids of the users that the scope names, in whatever way.
async fn found(
    connection: &mut PgConnection,
    now: &mut Option<OffsetDateTime>,
    scope: &Scope,
) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut ids: BTreeSet<Uuid> = scope.users.iter().map(|id| id.0).collect();
    if !scope.users_at.is_empty() {
        let addresses: Vec<_> = scope.users_at.iter().map(ToString::to_string).collect();
        ids.extend(ask::<Vec<Uuid>>(connection, now, USERS_AT.query().bind(addresses)).await?);
    }
    if asks_for_names(scope) {
        let exact = scope.usernames.iter().map(ToString::to_string);
        let names: Vec<_> = exact.chain(scope.usernames_like.iter().flat_map(Username::claims)).collect();
        ids.extend(ask::<Vec<Uuid>>(connection, now, USERS_NAMED.query().bind(names)).await?);
    }
    if !scope.identities.is_empty() {
        let identities: Vec<_> = scope.identities.iter().map(|id| id.0).collect();
        ids.extend(ask::<Vec<Uuid>>(connection, now, USERS_OF.query().bind(identities)).await?);
    }
    Ok(ids)
}

fn asks_for_names(scope: &Scope) -> bool {
    !scope.usernames.is_empty() || !scope.usernames_like.is_empty()
}

/// How many statements [`load`] needs at most.
pub(super) fn statements_needed(scope: &Scope) -> usize {
    let signed_in = scope.sign_in.map(|(user, _)| user);
    let named = scope.users.iter().any(|id| Some(*id) != signed_in);
    let others = !scope.users_at.is_empty() || asks_for_names(scope) || !scope.identities.is_empty() || named;
    [
        !scope.users_at.is_empty(),
        asks_for_names(scope),
        !scope.identities.is_empty(),
        scope.sign_in.is_some(),
        others,
        !scope.links_of.is_empty(),
        !scope.factors_of.is_empty(),
        !scope.organizations_of.is_empty(),
        scope.sign_up.is_some(),
        scope.installation,
    ]
    .into_iter()
    .filter(|needed| *needed)
    .count()
}
