//! Rows of keys, and of what is taken from quotas.

use std::collections::BTreeSet;

use membership_core::api_key::{ApiKey, Maker};
use membership_core::changes::Changes;
use membership_core::id::{ApiKeyId, MemberId, OrganizationId, UserId};
use membership_core::name::KeyName;
use membership_core::port::StoreError;
use membership_core::quota::{Bucket, Cause, Charge, Spent};
use membership_core::role::Permission;
use membership_core::secret::TokenHash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Hex, Instant, damaged};

/// A key of either table: of an organization it has a member, of the operator perhaps a user.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyRow {
    id: Uuid,
    name: KeyName,
    scopes: BTreeSet<Permission>,
    #[serde(default)]
    member_id: Option<Uuid>,
    #[serde(default)]
    user_id: Option<Uuid>,
    /// An operator's key has no such column.
    #[serde(default)]
    two_factors: bool,
    token_hash: Hex,
    created_at: Instant,
    expires_at: Instant,
    last_used_at: Option<Instant>,
    revoked_at: Option<Instant>,
    version: u64,
}

/// The columns of [`KeyRow`] but for who made it, of a table called `k`.
macro_rules! key_columns {
    ($maker:literal) => {
        concat!(
            $maker,
            ", k.id, k.name, k.scopes, encode(k.token_hash, 'hex') AS token_hash, ",
            $crate::statement::micros!("k.created_at"),
            " AS created_at, ",
            $crate::statement::micros!("k.expires_at"),
            " AS expires_at, ",
            $crate::statement::micros!("k.last_used_at"),
            " AS last_used_at, ",
            $crate::statement::micros!("k.revoked_at"),
            " AS revoked_at, k.version"
        )
    };
}

/// The columns of a parameter with keys.
macro_rules! key_record {
    () => {
        "r(expected bigint, id uuid, name text, scopes jsonb, member_id uuid, user_id uuid, token_hash text,
            two_factors boolean, created_at timestamptz, expires_at timestamptz, last_used_at timestamptz, revoked_at timestamptz,
            version bigint)"
    };
}

pub(crate) use {key_columns, key_record};

impl From<&ApiKey> for KeyRow {
    fn from(it: &ApiKey) -> Self {
        Self {
            id: it.id.0,
            name: it.name.clone(),
            scopes: it.scopes.clone(),
            member_id: it.made_by.member().map(|id| id.0),
            user_id: it.made_by.operator().map(|id| id.0),
            two_factors: it.two_factors,
            token_hash: Hex::from(it.token.0.as_slice()),
            created_at: it.created_at.into(),
            expires_at: it.expires_at.into(),
            last_used_at: it.last_used_at.map(Instant::from),
            revoked_at: it.revoked_at.map(Instant::from),
            version: it.version,
        }
    }
}

impl KeyRow {
    pub(crate) fn key(self) -> Result<ApiKey, StoreError> {
        let operator = Maker::Operator(self.user_id.map(UserId));
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            name: self.name,
            scopes: self.scopes,
            made_by: self.member_id.map_or(operator, |id| Maker::Member(MemberId(id))),
            two_factors: self.two_factors,
            token: TokenHash(self.token_hash.hash()?),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
            last_used_at: self.last_used_at.map(|it| it.0),
            revoked_at: self.revoked_at.map(|it| it.0),
            version: self.version,
        })
    }
}

/// A charge as it is written; times are in microseconds.
#[derive(Debug, Serialize)]
pub(crate) struct ChargeRow {
    subject_id: Option<Uuid>,
    bucket: Option<String>,
    cause: &'static str,
    seconds: u32,
    cost: i64,
}

/// The columns of a parameter with charges.
macro_rules! charge_record {
    () => {
        "r(subject_id uuid, bucket text, cause text, seconds bigint, cost bigint)"
    };
}

/// How far a quota is used up by a charge on an unused one, and until when it may be; the parameter is the time.
macro_rules! charged {
    ($now:literal) => {
        concat!($now, "::timestamptz + r.cost * interval '1 microsecond'")
    };
}

/// Adds a charge to what is used, if the quota has room for it.
macro_rules! add_charge {
    ($now:literal) => {
        concat!(
            "DO UPDATE SET empties_at = greatest(q.empties_at, ",
            $now,
            ") + (EXCLUDED.empties_at - ",
            $now,
            ")
                WHERE greatest(q.empties_at, ",
            $now,
            ") + (EXCLUDED.empties_at - ",
            $now,
            ") <= ",
            $now,
            "::timestamptz + EXCLUDED.seconds * interval '1 second'
                RETURNING 1"
        )
    };
}

pub(crate) use {add_charge, charge_record, charged};

impl ChargeRow {
    /// The charges of a commit on these buckets, in the order in which quotas are charged and forgotten: that of their
    /// keys. So nobody who holds one quota waits for another in a circle.
    pub(crate) fn in_order(changes: &Changes, is_asked_for: impl Fn(&Bucket) -> bool) -> Vec<Self> {
        let mut rows: Vec<_> = changes.charges.iter().filter(|it| is_asked_for(&it.bucket)).map(Self::from).collect();
        rows.sort_by(|a, b| a.order().cmp(&b.order()));
        rows
    }

    fn order(&self) -> (Option<Uuid>, Option<&str>, &'static str, u32) {
        (self.subject_id, self.bucket.as_deref(), self.cause, self.seconds)
    }
}

impl From<&Charge> for ChargeRow {
    fn from(it: &Charge) -> Self {
        let (subject_id, bucket) = match &it.bucket {
            Bucket::Of(_, subject) => (Some(*subject), None),
            Bucket::Everywhere(bucket) => (None, Some(bucket.clone())),
        };
        let cost = it.allowance.each().whole_microseconds().saturating_mul(i128::from(it.times));
        Self {
            subject_id,
            bucket,
            cause: it.cause.as_str(),
            seconds: it.allowance.seconds,
            cost: i64::try_from(cost).unwrap_or(i64::MAX),
        }
    }
}

/// How far a quota is used up.
#[derive(Debug, Deserialize)]
pub(crate) struct SpentRow {
    #[serde(default)]
    subject_id: Option<Uuid>,
    #[serde(default)]
    bucket: Option<String>,
    cause: String,
    seconds: u32,
    empties_at: Instant,
}

impl SpentRow {
    /// The fact, of an organization's quota if one is named.
    pub(crate) fn spent(self, organization: Option<OrganizationId>) -> Result<Spent, StoreError> {
        let bucket = match (organization, self.subject_id, self.bucket) {
            (Some(organization), Some(subject), _) => Bucket::Of(organization, subject),
            (_, _, Some(bucket)) => Bucket::Everywhere(bucket),
            _ => return Err(damaged("a bucket", "nothing")),
        };
        let cause = Cause::ALL.into_iter().find(|cause| cause.as_str() == self.cause);
        Ok(Spent {
            bucket,
            cause: cause.ok_or_else(|| damaged("a cause", &self.cause))?,
            seconds: self.seconds,
            empties_at: self.empties_at.0,
        })
    }
}
