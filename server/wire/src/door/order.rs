//! Schemas in the order in which they were written.

use super::pass::RawFields;
use crate::chat::{AnswerForm, ChatRequest};
use crate::schema::Schema;

/// Puts the schemas of a body that was read into `request` as they were written. `tool` is the path
/// to a tool's schema, `form` the one to the answer's.
pub(crate) fn keep_order(request: &mut ChatRequest, body: &[u8], tool: &[&str], form: &[&str]) {
    let Ok(body) = RawFields::read(body) else {
        return;
    };
    for (read, written) in request.tools.iter_mut().zip(body.list("tools")) {
        if let Some(schema) = written.at(tool).as_deref().and_then(Schema::new) {
            read.parameters = schema;
        }
    }
    if let AnswerForm::Schema { schema, .. } = &mut request.form
        && let Some(written) = body.at(form).as_deref().and_then(Schema::new)
    {
        *schema = written;
    }
}
