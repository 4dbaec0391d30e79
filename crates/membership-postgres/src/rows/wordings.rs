//! Rows of wordings.

use membership_core::id::WordingId;
use membership_core::wording::Wording;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WordingRow {
    id: Uuid,
    subject: String,
    text: String,
}

/// The columns of [`WordingRow`], of a table called `w`.
macro_rules! wording_columns {
    () => {
        "w.id, w.subject, w.text"
    };
}

impl From<&Wording> for WordingRow {
    fn from(it: &Wording) -> Self {
        Self { id: it.id.0, subject: it.subject.clone(), text: it.text.clone() }
    }
}

impl WordingRow {
    pub(crate) fn wording(self) -> Wording {
        Wording { id: WordingId(self.id), subject: self.subject, text: self.text }
    }
}

pub(crate) use wording_columns;
