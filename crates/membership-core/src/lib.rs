//! The rules by which people are let into organizations, as pure decisions that any service can embed.

pub mod access;
pub mod agent;
pub mod audit;
pub mod authority;
pub mod branding;
pub mod changes;
pub mod command;
pub mod draft;
pub mod email;
pub mod event;
pub mod facts;
#[cfg(test)]
mod fixture;
pub mod id;
pub mod identity;
pub mod input;
pub mod invitation;
pub mod language;
pub mod member;
pub mod message;
pub mod name;
pub mod organization;
pub mod password;
pub mod person;
pub mod policy;
pub mod port;
pub mod prelude;
pub mod preset;
pub mod profile;
pub mod refusal;
pub mod resource;
pub mod role;
pub mod seating;
pub mod second_factor;
pub mod secret;
pub mod service;
pub mod set_up;
pub mod subscription;
#[cfg(feature = "system")]
pub mod system;
pub mod totp;
pub mod user;
pub mod user_link;
pub mod view;
