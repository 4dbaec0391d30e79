//! A page of a list.

use membership_core::port;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cursor;

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
