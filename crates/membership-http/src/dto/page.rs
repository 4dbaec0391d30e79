//! A page of a list.

use membership_core::input::InvalidInput;
use membership_core::port::{self, Cursor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{self, SortedBy};
use crate::query;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T: ToSchema> {
    /// The rows, in order.
    items: Vec<T>,
    /// What `cursor` must be for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
    /// How many rows match in all.
    total: u64,
}

impl<T: ToSchema> Page<T> {
    pub(crate) fn of<R>(page: port::Page<R>, item: impl Fn(R) -> T) -> Self {
        Self {
            next_cursor: page.next.as_ref().and_then(cursor::text_of),
            total: page.total,
            items: page.items.into_iter().map(item).collect(),
        }
    }

    /// A list that is always one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { next_cursor: None, total: items.len() as u64, items }
    }
}

/// Which page of a list that has one order.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageAsked {
    /// How many rows, 1 to 100; 50 if none is named.
    limit: Option<String>,
    /// Where the page begins: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageAsked {
    /// Where the page of a list that is sorted so begins, and how many rows it has.
    pub(crate) fn read(&self, sorted_by: SortedBy) -> Result<(Option<Cursor>, u32), InvalidInput> {
        let cursor = self.cursor.as_deref().map(|text| cursor::read(text, sorted_by)).transpose()?;
        Ok((cursor, query::limit(self.limit.as_deref())?))
    }
}
