//! A problem as the OpenAPI document describes it; `crate::problem` writes it.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not carried out (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A URL that ends in the code and leads to a word about it.
    r#type: String,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// What happened, for people.
    detail: String,
    /// The stable name of the rule that said no, such as `seat-limit-reached`.
    code: String,
    /// The request's id, as the header `x-request-id` has it.
    request_id: Option<String>,
    /// With `invalid-input`: which field.
    field: Option<String>,
    /// With `invalid-input`: which rule it breaks, such as `too-long`.
    rule: Option<String>,
    /// With `permission-missing`: the permission.
    permission: Option<String>,
    /// With `seat-limit-reached`: how many seats there are.
    limit: Option<u32>,
    /// With `seat-limit-reached`: how many are taken.
    current: Option<u32>,
    /// With `rate-limited`: after how many seconds to try again, as the header `Retry-After` has it.
    retry_after: Option<u64>,
    /// With `wrong-account`: the invited address, mostly hidden.
    invited: Option<String>,
    /// With `wrong-account`: one's own addresses.
    present: Option<Vec<String>>,
}
