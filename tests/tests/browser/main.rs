//! The pages, used as a person uses them: in a real browser, against a whole server. What the pages do without a script is tested, too.

mod accessible;
mod attending;
mod elsewhere;
mod forms;
mod keys;
mod people;
mod records;
mod second_factor;
mod story;
mod templates;
