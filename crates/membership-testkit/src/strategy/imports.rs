//! Steps about imports: many people at once, part by part.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy, prop_oneof};

use super::pick;
use super::step::{Guest, Pick, guest};

/// A row to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPick {
    /// Who it is about.
    pub guest: Guest,
    /// What else it says of them.
    pub what: Pick,
    /// The group it names.
    pub group: Option<Pick>,
}

/// What is done with imports.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum Importing {
    Begin { rows: u8, existing: Pick },
    CarryOut { import: Pick, rows: Vec<RowPick>, stale: Pick },
    Undo { import: Pick },
    TakeBack { import: Pick, stale: Pick },
}

/// Anything that is done with imports.
pub(super) fn importing() -> BoxedStrategy<Importing> {
    let row = || {
        (guest(), pick(), option::weighted(0.3, pick())).prop_map(|(guest, what, group)| RowPick { guest, what, group })
    };
    prop_oneof![
        2 => (1_u8..5, pick()).prop_map(|(rows, existing)| Importing::Begin { rows, existing }),
        6 => (pick(), vec(row(), 1..4), pick())
            .prop_map(|(import, rows, stale)| Importing::CarryOut { import, rows, stale }),
        2 => pick().prop_map(|import| Importing::Undo { import }),
        4 => (pick(), pick()).prop_map(|(import, stale)| Importing::TakeBack { import, stale }),
    ]
    .boxed()
}
