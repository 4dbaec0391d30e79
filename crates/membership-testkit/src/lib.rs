//! What a test of membership rules stands on: a store in memory, a world to act in, and the suite every store must pass.
//!
//! | for | use |
//! |---|---|
//! | a test of your own program | [`World`]: a service on any store, with a clock that you move |
//! | a store of your own | [`conformance_suite!`]: one named test for each part of the contract |
//! | a rule of your own | [`strategy`] and [`Walker`]: random walks, judged by the named [`invariant`]s |

pub mod any_command;
pub mod clock;
pub mod conformance;
pub mod fixture;
pub mod invariant;
pub mod memory;
pub mod passwords;
pub mod random;
pub mod stores;
pub mod strategy;
pub mod walker;
pub mod world;

pub use any_command::AnyCommand;
pub use clock::ManualClock;
pub use invariant::Violation;
pub use memory::{Dump, MemoryStore};
pub use passwords::PlainPasswords;
pub use random::SeededRandom;
pub use stores::Stores;
pub use walker::Walker;
pub use world::World;
