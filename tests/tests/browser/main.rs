//! The pages, used as a person uses them: in a real browser, against a whole server. The pages need no script.

mod story;
