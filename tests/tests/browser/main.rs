//! The pages, used as a person uses them: in a real browser, against a whole server. What the pages do without a script is tested, too.

mod accessible;
mod account;
mod accounts;
mod attending;
mod bad_input;
mod clearing;
mod elsewhere;
mod forms;
mod group_subscription;
mod imports;
mod keyboard;
mod keys;
mod learning_platform;
mod looks;
mod member_portal;
mod no_script;
mod people;
mod qr;
mod records;
mod roster;
mod second_factor;
mod team;
mod templates;
