//! The seats of an organization as its rows have them, read past the service.

use sqlx::{PgPool, Row};
use uuid::Uuid;

/// Counters, and what they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    assigned: usize,
    reserved: usize,
    waiting: usize,
    /// Members but the owner: id, whether they hold a seat, and the address.
    pub members: Vec<(Uuid, bool, String)>,
    owner_holds: bool,
    /// Invitations written as pending: id, whether they reserve a seat, and the address.
    pub pending: Vec<(Uuid, bool, String)>,
    rows_waiting: usize,
}

impl Ledger {
    /// All of one moment.
    pub async fn read(pool: &PgPool, organization: &str) -> Self {
        let organization: Uuid = organization.parse().expect("an id");
        let mut one_moment = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.expect("a view");
        let counters = sqlx::query(
            "SELECT s.assigned, s.reserved, s.waiting, o.owner_member_id FROM organization_seats s
             JOIN organizations o ON o.id = s.organization_id WHERE s.organization_id = $1",
        )
        .bind(organization)
        .fetch_one(&mut *one_moment)
        .await
        .expect("the counters");
        let members = sqlx::query(
            "SELECT id, seat, email, waits_since IS NOT NULL AS waits FROM memberships WHERE organization_id = $1 ORDER BY id",
        )
        .bind(organization)
        .fetch_all(&mut *one_moment)
        .await
        .expect("the members");
        let pending = sqlx::query(
            "SELECT id, reserves_seat, email FROM invitations WHERE organization_id = $1 AND state = 'pending' ORDER BY id",
        )
        .bind(organization)
        .fetch_all(&mut *one_moment)
        .await
        .expect("the invitations");
        let count = |column| usize::try_from(counters.get::<i64, _>(column)).expect("a counter is never negative");
        let owner: Uuid = counters.get(3);
        let (owners, others): (Vec<_>, Vec<_>) = members.iter().partition(|it| it.get::<Uuid, _>(0) == owner);
        let email = |row: &sqlx::postgres::PgRow| row.get::<Option<String>, _>(2).unwrap_or_default();
        Self {
            assigned: count(0),
            reserved: count(1),
            waiting: count(2),
            members: others.iter().map(|it| (it.get(0), it.get(1), email(it))).collect(),
            owner_holds: owners.iter().any(|it| it.get(1)),
            pending: pending.iter().map(|it| (it.get(0), it.get(1), email(it))).collect(),
            rows_waiting: members.iter().filter(|it| it.get(3)).count(),
        }
    }

    /// Seats that count as taken.
    pub fn taken(&self) -> usize {
        self.assigned + self.reserved
    }

    /// Counters equal the rows they count (I2).
    ///
    /// # Panics
    /// They do not.
    pub fn adds_up(&self) {
        let assigned = self.members.iter().filter(|it| it.1).count() + usize::from(self.owner_holds);
        let reserved = self.pending.iter().filter(|it| it.1).count();
        let counted = (assigned, reserved, self.rows_waiting);
        assert_eq!((self.assigned, self.reserved, self.waiting), counted, "counters and rows: {self:?}");
    }
}

/// How many deadlocks the database has had to break. It knows for sure when its other connections are closed.
pub async fn deadlocks(pool: &PgPool) -> i64 {
    let asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    sqlx::query_scalar(asked).fetch_one(pool).await.expect("the statistics")
}
