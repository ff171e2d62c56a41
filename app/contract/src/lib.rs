//! The vocabulary shared by the browser and the server.
//!
//! Owns ids, money, the caller, errors, view data, stream frames and the ports through which the
//! pages reach the backend. Refuses anything that does I/O: no runtime, no framework, no SQL.

pub mod audit;
pub mod brand;
pub mod branding;
pub mod cache;
pub mod caller;
pub mod chat;
pub mod domains;
pub mod error;
pub mod identity;
pub mod ids;
pub mod keys;
pub mod keys_shape;
pub mod limits;
pub mod models;
pub mod models_form;
pub mod models_shape;
pub mod money;
pub mod overview;
pub mod ports;
pub mod programs;
pub mod prompt;
pub mod savings;
pub mod sealing;
pub mod sign_on;
pub mod staff;
pub mod stream;
pub mod words;
pub mod workspace;

pub use brand::{BrandNow, BrandView};
pub use cache::{CacheStatus, Saved};
pub use caller::{Caller, Role, Stay};
pub use error::{AppError, AppResult, ErrorCode};
pub use ids::{
    AgencyId, AttemptId, ConnectionId, ConversationId, GuestId, InvitationId, KeyId, MemberId,
    MessageId, SessionId, StaffId, StaffSessionId, TeamId, TenantId, VirtualKeyId,
};
pub use limits::{LimitScope, Pace};
pub use money::{NanoUsd, Price, TokenCounts};
pub use ports::{
    AuditPort, BrandingPort, ChatPort, DomainsPort, GuestsPort, KeysPort, ModelsPort, OverviewPort,
    PeoplePort, PlatformPort, Ports, ProgramsPort, PromptPort, SavingsPort, SealingPort,
    WorkspacePort,
};
pub use staff::Staff;
pub use stream::{AnswerEnd, StreamFrame};
pub use words::{Language, Said};
