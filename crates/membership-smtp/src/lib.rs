//! Mail: from a message in the outbox to the mail server, at least once and identical on repeat (I7).
//!
//! [`Courier`] takes messages from the outbox, [`Renderer`] turns each into a letter, and a mailer hands it on:
//! [`SmtpMailer`] to a mail server, [`DevelopmentMailer`] to the page that stands in for one.
//!
//! No database transaction is open while a mail server talks. Links exist only between rendering and the mail server's
//! answer: they are neither stored nor logged.

pub mod courier;
pub mod development;
mod own;
mod reason;
pub mod render;
pub mod setting;
pub mod smtp;
mod template;
mod wording;

pub use courier::{Bell, Courier, CourierOptions, Ports, Round};
pub use development::DevelopmentMailer;
pub use render::{RenderError, Renderer};
pub use setting::SettingError;
pub use smtp::{Encryption, Sender, SmtpMailer, SmtpOptions, Timeouts};
