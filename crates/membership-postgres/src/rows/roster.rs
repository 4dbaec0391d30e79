//! Rows of the rounds of mail to members without a login.

use membership_core::id::{MemberId, RoundId};
use membership_core::roster::{Audience, LeftOutCounts, Round};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Instant;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RoundRow {
    id: Uuid,
    number: u32,
    audience: Audience,
    started_by: Uuid,
    starter: String,
    started_at: Instant,
    moved_at: Instant,
    finished_at: Option<Instant>,
    chunks: u32,
    after_member: Option<Uuid>,
    mailed: u64,
    left_out: LeftOutCounts,
    version: u64,
}

/// The columns of [`RoundRow`], of a table called `n`.
macro_rules! round_columns {
    () => {
        concat!(
            "n.id, n.number, n.audience, n.started_by, n.starter, ",
            $crate::statement::micros!("n.started_at"),
            " AS started_at, ",
            $crate::statement::micros!("n.moved_at"),
            " AS moved_at, ",
            $crate::statement::micros!("n.finished_at"),
            " AS finished_at, n.chunks, n.after_member, n.mailed, n.left_out, n.version"
        )
    };
}

impl From<&Round> for RoundRow {
    fn from(it: &Round) -> Self {
        Self {
            id: it.id.0,
            number: it.number,
            audience: it.audience.clone(),
            started_by: it.started_by.0,
            starter: it.starter.clone(),
            started_at: it.started_at.into(),
            moved_at: it.moved_at.into(),
            finished_at: it.finished_at.map(Instant::from),
            chunks: it.chunks,
            after_member: it.after.map(|id| id.0),
            mailed: it.mailed,
            left_out: it.left_out.clone(),
            version: it.version,
        }
    }
}

impl RoundRow {
    pub(crate) fn round(self) -> Round {
        Round {
            id: RoundId(self.id),
            number: self.number,
            audience: self.audience,
            started_by: MemberId(self.started_by),
            starter: self.starter,
            started_at: self.started_at.0,
            moved_at: self.moved_at.0,
            finished_at: self.finished_at.map(|it| it.0),
            chunks: self.chunks,
            after: self.after_member.map(MemberId),
            mailed: self.mailed,
            left_out: self.left_out,
            version: self.version,
        }
    }
}

pub(crate) use round_columns;
