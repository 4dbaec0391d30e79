//! Tests of the whole: acceptance by mission row, every store against the contract, and the pages in a real browser.

/// The program in `docs/embedding.md`, compiled and run as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding.md")]
mod embedding {}
