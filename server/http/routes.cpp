#include "server/http/routes.hpp"

#include "server/http/api.hpp"
#include "server/http/approved_routes_api.hpp"
#include "server/http/changes_api.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/docs_page.hpp"
#include "server/http/jobs_api.hpp"
#include "server/http/meters_api.hpp"
#include "server/http/parties_api.hpp"
#include "server/http/passages_api.hpp"
#include "server/http/people_api.hpp"
#include "server/http/print_api.hpp"
#include "server/http/reports_api.hpp"
#include "server/http/roadside_api.hpp"
#include "server/http/signatures_api.hpp"
#include "server/http/traces_api.hpp"
#include "server/http/webhooks_api.hpp"

namespace liuhen::server::http {
namespace {

using manifest::Role;

constexpr Roles anybody{};
constexpr Roles operator_only{Role::operator_};
constexpr Roles registrars{Role::operator_, Role::regulator};
constexpr Roles route_drawers{Role::operator_, Role::regulator, Role::carrier};
constexpr Roles everyone{Role::producer,  Role::carrier, Role::driver,   Role::receiver,
                         Role::regulator, Role::police,  Role::operator_};
constexpr Roles actors{Role::producer, Role::carrier,   Role::driver,
                       Role::receiver, Role::regulator, Role::police};
constexpr Roles fleet{Role::carrier, Role::driver, Role::regulator, Role::police, Role::operator_};
constexpr Roles employers{Role::carrier, Role::regulator, Role::police, Role::operator_};
constexpr Roles weighers{Role::producer, Role::receiver, Role::regulator, Role::police,
                         Role::operator_};
constexpr Roles roadside{Role::police, Role::regulator};
constexpr Roles camera_owners{Role::police, Role::operator_};
constexpr Roles watching{Role::police, Role::regulator, Role::operator_};
constexpr Roles ordering{Role::carrier, Role::police, Role::regulator, Role::operator_};
constexpr Roles alerted{Role::police, Role::regulator, Role::carrier, Role::operator_};

constexpr Roles organisations{Role::producer, Role::carrier, Role::receiver};
constexpr Roles senders{Role::producer, Role::carrier, Role::driver, Role::receiver};
constexpr Roles delegators{Role::producer, Role::carrier, Role::receiver, Role::operator_};
constexpr Roles managers{Role::producer,  Role::carrier, Role::receiver,
                         Role::regulator, Role::police,  Role::operator_};
constexpr Traits admins{Trait::for_admins};
constexpr Traits personal{Trait::personal};
constexpr Traits file{Trait::file};
constexpr Traits form{Trait::form};
constexpr Traits delegable{Trait::delegable};
constexpr Traits manifest_event{Trait::delegable, Trait::by_key};
constexpr Roles planners{Role::producer, Role::regulator, Role::police, Role::operator_};
constexpr Roles crossing{Role::producer, Role::receiver, Role::regulator, Role::police,
                         Role::operator_};
constexpr Roles deciders{Role::producer, Role::regulator};
constexpr Roles bookkeepers{Role::producer, Role::receiver};
constexpr Roles signers{Role::producer, Role::driver, Role::receiver};

constexpr Route table[] = {
    {Verb::get, "/livez", anybody, nullptr, livez},
    {Verb::get, "/readyz", anybody, nullptr, readyz},
    {Verb::get, "/metrics", anybody, nullptr, metrics},
    {Verb::get, "/openapi.json", anybody, nullptr, openapi},
    {Verb::get, "/docs", anybody, nullptr, docs},
    {Verb::get, "/v1/status", registrars, nullptr, status},

    {Verb::get, "/v1/parties", everyone, list_parties},
    {Verb::post, "/v1/parties", operator_only, add_party},
    {Verb::get, "/v1/parties/{id}", everyone, show_party},
    {Verb::put, "/v1/parties/{id}", delegators, change_party, nullptr, admins},
    {Verb::get, "/v1/parties/{id}/history", managers, party_history},
    {Verb::get, "/v1/sites", everyone, list_sites},
    {Verb::post, "/v1/sites", operator_only, add_site},
    {Verb::get, "/v1/routes", everyone, list_routes},
    {Verb::post, "/v1/routes", route_drawers, add_route, nullptr, file},
    {Verb::post, "/v1/routes/learnt", route_drawers, learn_route},
    {Verb::get, "/v1/routes/{id}", everyone, show_route},
    {Verb::post, "/v1/routes/{id}/versions", route_drawers, add_route_version, nullptr, file},
    {Verb::get, "/v1/routes/{id}/versions/{version}", everyone, show_route_version},
    {Verb::post, "/v1/routes/{id}/versions/{version}/approve", registrars, approve_route_version},
    {Verb::post, "/v1/routes/{id}/versions/{version}/withdraw", registrars, withdraw_route_version},
    {Verb::post, "/v1/routes/{id}/diversions", registrars, add_route_diversion, nullptr, file},
    {Verb::post, "/v1/routes/{id}/diversions/{diversion}/end", registrars, end_route_diversion},
    {Verb::get, "/v1/vehicles", fleet, list_vehicles},
    {Verb::post, "/v1/vehicles", operator_only, add_vehicle},
    {Verb::get, "/v1/terminals", registrars, list_terminals},
    {Verb::post, "/v1/terminals", operator_only, add_terminal},
    {Verb::post, "/v1/terminals/{id}", operator_only, change_terminal},
    {Verb::get, "/v1/terminals/{id}/diagnosis", operator_only, diagnose_terminal},
    {Verb::get, "/v1/profiles", registrars, list_profiles},
    {Verb::get, "/v1/terminals/{id}/orders", ordering, list_terminal_orders},
    {Verb::post, "/v1/terminals/{id}/orders", ordering, give_order},
    {Verb::get, "/v1/orders/{id}", ordering, show_order},
    {Verb::post, "/v1/orders/{id}/cancel", ordering, cancel_order},
    {Verb::get, "/v1/terminals/{id}", registrars, show_terminal},
    {Verb::post, "/v1/terminals/{id}/reset-registration", operator_only, reset_registration},
    {Verb::get, "/v1/locks", registrars, list_locks},
    {Verb::post, "/v1/locks", operator_only, add_lock},
    {Verb::get, "/v1/bindings", registrars, list_bindings},
    {Verb::post, "/v1/bindings", operator_only, add_binding},
    {Verb::post, "/v1/bindings/{id}/end", operator_only, end_binding},
    {Verb::get, "/v1/rule-sets", operator_only, list_rule_sets},
    {Verb::post, "/v1/rule-sets", operator_only, add_rule_set, nullptr, admins},
    {Verb::get, "/v1/rule-sets/{id}", operator_only, show_rule_set},
    {Verb::post, "/v1/rule-sets/{id}/put-in-force", operator_only, put_rule_set_in_force, nullptr,
     admins},
    {Verb::get, "/v1/tokens", operator_only, list_tokens, nullptr, admins},
    {Verb::post, "/v1/tokens", operator_only, add_token, nullptr, admins},
    {Verb::delete_, "/v1/tokens/{id}", operator_only, revoke_token, nullptr, admins},

    {Verb::get, "/v1/waste-lists", everyone, list_waste_lists},
    {Verb::put, "/v1/waste-lists/{edition}", operator_only, put_waste_list},
    {Verb::get, "/v1/waste-codes", everyone, find_waste_codes},
    {Verb::get, "/v1/calendars/{year}", everyone, show_calendar},
    {Verb::put, "/v1/calendars/{year}", operator_only, put_calendar},
    {Verb::get, "/v1/scales", weighers, list_scales},
    {Verb::post, "/v1/scales", registrars, add_scale},
    {Verb::delete_, "/v1/scales/{id}", registrars, revoke_scale},
    {Verb::get, "/v1/transport-permits", employers, list_transport_permits},
    {Verb::post, "/v1/transport-permits", registrars, add_transport_permit},
    {Verb::delete_, "/v1/transport-permits/{id}", registrars, revoke_transport_permit},
    {Verb::get, "/v1/vehicle-permits", employers, list_vehicle_permits},
    {Verb::post, "/v1/vehicle-permits", registrars, add_vehicle_permit},
    {Verb::delete_, "/v1/vehicle-permits/{id}", registrars, revoke_vehicle_permit},
    {Verb::get, "/v1/crew-certificates", employers, list_crew_certificates},
    {Verb::post, "/v1/crew-certificates", registrars, add_crew_certificate},
    {Verb::delete_, "/v1/crew-certificates/{id}", registrars, revoke_crew_certificate},
    {Verb::get, "/v1/due-times", everyone, list_due_times},
    {Verb::post, "/v1/weighings", Role::receiver, add_weighing},

    {Verb::post, "/v1/login", anybody, nullptr, log_in},
    {Verb::post, "/v1/logout", everyone, log_out, nullptr, personal},
    {Verb::post, "/v1/password", everyone, nullptr, change_password, personal},
    {Verb::get, "/v1/me", everyone, show_me, nullptr, personal},
    {Verb::get, "/v1/sessions", everyone, list_sessions, nullptr, personal},
    {Verb::delete_, "/v1/sessions/{id}", everyone, end_session, nullptr, personal},
    {Verb::get, "/v1/members", managers, list_members, nullptr, admins},
    {Verb::post, "/v1/members", managers, nullptr, add_member, admins},
    {Verb::post, "/v1/members/{id}", managers, nullptr, change_member, admins},
    {Verb::get, "/v1/clients", managers, list_clients, nullptr, admins},
    {Verb::post, "/v1/clients", managers, add_client, nullptr, admins},
    {Verb::delete_, "/v1/clients/{id}", managers, disable_client, nullptr, admins},
    {Verb::get, "/v1/identity-providers", operator_only, list_providers, nullptr, admins},
    {Verb::post, "/v1/identity-providers", operator_only, add_provider, nullptr, admins},
    {Verb::put, "/v1/identity-providers/{id}", operator_only, replace_provider, nullptr, admins},
    {Verb::delete_, "/v1/identity-providers/{id}", operator_only, disable_provider, nullptr,
     admins},
    {Verb::get, "/v1/webhooks", managers, list_webhooks, nullptr, admins},
    {Verb::post, "/v1/webhooks", managers, nullptr, add_webhook, admins},
    {Verb::get, "/v1/webhooks/{id}", managers, show_webhook, nullptr, admins},
    {Verb::put, "/v1/webhooks/{id}", managers, nullptr, change_webhook, admins},
    {Verb::delete_, "/v1/webhooks/{id}", managers, end_webhook, nullptr, admins},
    {Verb::post, "/v1/webhooks/{id}/secret", managers, renew_webhook_secret, nullptr, admins},
    {Verb::post, "/v1/webhooks/{id}/pause", managers, pause_webhook, nullptr, admins},
    {Verb::post, "/v1/webhooks/{id}/resume", managers, resume_webhook, nullptr, admins},
    {Verb::post, "/v1/webhooks/{id}/ping", managers, ping_webhook, nullptr, admins},
    {Verb::get, "/v1/webhooks/{id}/tries", managers, list_webhook_tries, nullptr, admins},
    {Verb::get, "/v1/webhooks/{id}/dead-letters", managers, list_dead_letters, nullptr, admins},
    {Verb::post, "/v1/webhooks/{id}/dead-letters/{letter}/resend", managers, resend_dead_letter,
     nullptr, admins},
    {Verb::get, "/v1/delegations", delegators, list_delegations},
    {Verb::post, "/v1/delegations", organisations, add_delegation, nullptr, admins},
    {Verb::delete_, "/v1/delegations/{id}", delegators, revoke_delegation, nullptr, admins},
    {Verb::post, "/v1/parties/{id}/close", operator_only, close_party},

    {Verb::post, "/oauth/token", anybody, nullptr, give_access_token, form},
    {Verb::post, "/oauth/revoke", anybody, nullptr, revoke_access_token, form},
    {Verb::post, "/oauth/introspect", anybody, nullptr, introspect_token, form},
    {Verb::get, "/.well-known/oauth-authorization-server", anybody, nullptr, oauth_metadata},

    {Verb::get, "/v1/manifests", everyone, list_manifests, nullptr, delegable},
    {Verb::post, "/v1/manifests", Role::producer, create_manifest, nullptr, manifest_event,
     group_of_filing},
    {Verb::post, "/v1/manifests/batch", senders, nullptr, sign_batch},
    {Verb::get, "/v1/manifests/{id}", everyone, show_manifest, nullptr, delegable},
    {Verb::get, "/v1/manifests/{id}/print", everyone, nullptr, print_manifest, delegable},
    {Verb::get, "/v1/manifests/{id}/roadside-code", everyone, nullptr, show_roadside_code,
     delegable},
    {Verb::delete_, "/v1/manifests/{id}/roadside-code", actors, revoke_roadside_codes},
    {Verb::get, "/v1/manifests/{id}/roadside-openings", everyone, list_roadside_openings},
    {Verb::get, "/r/{code}", anybody, nullptr, open_roadside_page},
    {Verb::get, "/r/page/{page}", anybody, nullptr, show_roadside_page},
    {Verb::get, "/r/page/{page}/print", anybody, nullptr, print_roadside_page},
    {Verb::get, "/v1/manifests/{id}/track", everyone, manifest_track},
    {Verb::get, "/v1/manifests/{id}/notices", everyone, list_notices},
    {Verb::post, "/v1/manifests/{id}/notices", {Role::driver, Role::carrier}, add_notice},
    {Verb::get, "/v1/manifests/{id}/media", everyone, manifest_media},
    {Verb::get, "/v1/manifests/{id}/files", everyone, manifest_files},
    {Verb::get, "/v1/manifests/{id}/documents", everyone, manifest_documents},
    {Verb::get, "/v1/manifests/{id}/history", everyone, show_history},
    {Verb::get, "/v1/manifests/{id}/versions/{version}", everyone, show_version},
    {Verb::get, "/v1/manifests/{id}/proof", everyone, show_proof},
    {Verb::get, "/v1/history/key", everyone, show_history_keys},
    {Verb::get, "/v1/manifests/{id}/custody", everyone, show_custody},
    {Verb::get, "/v1/manifests/{id}/route", everyone, manifest_routes},
    {Verb::get, "/v1/manifests/{id}/quotas", everyone, manifest_quotas},
    {Verb::get, "/v1/manifests/{id}/meter-entries", everyone, list_meter_entries},
    {Verb::post,
     "/v1/manifests/{id}/meter-entries",
     {Role::producer, Role::receiver},
     add_meter_entry},
    {Verb::get, "/v1/manifests/{id}/scans", everyone, list_scans},
    {Verb::post, "/v1/manifests/{id}/scans", actors, add_scans},
    {Verb::post, "/v1/manifests/{id}/closed-load", registrars, settle_closed_load},
    {Verb::post, "/v1/manifests/{id}/swaps", Role::regulator, add_swap},
    {Verb::post, "/v1/manifests/{id}/signature-codes", signers, add_signature_code},
    {Verb::post, "/v1/manifests/{id}/signatures", senders, sign_by_code},
    {Verb::post, "/v1/manifests/{id}/{event}", actors, act_on_manifest, nullptr, manifest_event,
     group_of_filing},

    {Verb::get, "/v1/signature-codes", senders, list_signature_codes},
    {Verb::delete_, "/v1/signature-codes/{id}", senders, revoke_signature_code},
    {Verb::post, "/v1/signature-sheets", bookkeepers, add_signature_sheet, nullptr, admins},
    {Verb::get, "/v1/signature-locks", organisations, list_signature_locks, nullptr, admins},
    {Verb::delete_, "/v1/signature-locks", organisations, lift_signature_locks, nullptr, admins},

    {Verb::get, "/v1/containers", everyone, list_containers},
    {Verb::post, "/v1/containers", bookkeepers, add_container},
    {Verb::get, "/v1/containers/{id}", everyone, show_container},
    {Verb::post, "/v1/containers/{id}/movements", bookkeepers, add_movement},
    {Verb::get, "/v1/containers/{id}/trace", everyone, trace_container},
    {Verb::get, "/v1/containers/{id}/label", bookkeepers, nullptr, print_label},
    {Verb::post, "/v1/container-labels", bookkeepers, nullptr, print_labels},
    {Verb::get, "/v1/tag-patterns", everyone, list_tag_patterns},
    {Verb::put, "/v1/tag-patterns", operator_only, put_tag_patterns},
    {Verb::get, "/v1/ledger/stock", everyone, ledger_stock},
    {Verb::get, "/v1/ledger/balance", everyone, ledger_balance},
    {Verb::get, "/v1/ledger/mass-balance", everyone, ledger_mass_balance},
    {Verb::get, "/v1/ledger/batches", everyone, ledger_batches},

    {Verb::get, "/v1/changes", managers, nullptr, read_changes, delegable},
    {Verb::post, "/v1/imports/{what}", bookkeepers, add_import, nullptr, file},
    {Verb::get, "/v1/imports/{what}/template", bookkeepers, import_template},
    {Verb::post, "/v1/registers/{what}", everyone, add_register},
    {Verb::get, "/v1/jobs", everyone, list_jobs},
    {Verb::get, "/v1/jobs/{id}", everyone, show_job},
    {Verb::get, "/v1/jobs/{id}/rows", bookkeepers, import_rows},
    {Verb::post, "/v1/jobs/{id}/cancel", everyone, cancel_job},
    {Verb::post, "/v1/jobs/{id}/links", everyone, add_job_link},
    {Verb::get, "/v1/downloads/{token}", anybody, nullptr, download},

    {Verb::get, "/v1/inbox", everyone, list_inbox},
    {Verb::post, "/v1/inbox/{id}/read", everyone, read_message},

    {Verb::get, "/v1/national-reports", registrars, list_national_reports},
    {Verb::post, "/v1/national-reports/{id}/resend", operator_only, resend_national_report},
    {Verb::post, "/v1/national-reports/{id}/set-aside", operator_only, set_aside_national_report},

    {Verb::get, "/v1/plans", planners, list_plans},
    {Verb::post, "/v1/plans", Role::producer, add_plan},
    {Verb::get, "/v1/plans/{id}", planners, show_plan},
    {Verb::get, "/v1/plans/{id}/history", planners, plan_history},
    {Verb::post, "/v1/plans/{id}/{event}", Role::producer, act_on_plan},
    {Verb::get, "/v1/licences", everyone, list_licences},
    {Verb::post, "/v1/licences", registrars, add_licence},
    {Verb::get, "/v1/licences/{id}", everyone, show_licence},
    {Verb::get, "/v1/licences/{id}/history", everyone, licence_history},
    {Verb::post, "/v1/licences/{id}/{event}", registrars, act_on_licence},
    {Verb::get, "/v1/approvals", crossing, list_approvals},
    {Verb::post, "/v1/approvals", Role::producer, add_approval},
    {Verb::get, "/v1/approvals/{id}", crossing, show_approval},
    {Verb::get, "/v1/approvals/{id}/history", crossing, approval_history},
    {Verb::post, "/v1/approvals/{id}/{step}", deciders, act_on_approval},
    {Verb::get, "/v1/supervision-tasks", crossing, list_supervision_tasks},
    {Verb::get, "/v1/quotas/{quota}/entries", crossing, quota_ledger},

    {Verb::post, "/v1/locks/{id}/secret", operator_only, set_lock_secret},
    {Verb::post, "/v1/locks/{id}/unlock", everyone, unlock_lock},
    {Verb::post, "/v1/locks/{id}/one-time-password", everyone, tell_one_time_password},
    {Verb::post, "/v1/vehicles/{id}/doors", everyone, work_doors},
    {Verb::post, "/v1/vehicles/{id}/inspections", roadside, add_inspection},

    {Verb::get, "/v1/vehicles/{id}/track", employers, vehicle_track},
    {Verb::get, "/v1/vehicles/{id}/media", fleet, vehicle_media},
    {Verb::get, "/v1/vehicles/{id}/documents", fleet, vehicle_documents},
    {Verb::get, "/v1/vehicles/{id}/drivers", employers, vehicle_drivers},
    {Verb::get, "/v1/media/{id}", everyone, show_medium},
    {Verb::get, "/v1/media/{id}/content", everyone, medium_content},
    {Verb::post, "/v1/files", senders, add_file, nullptr, file},
    {Verb::get, "/v1/files/{id}", everyone, file_content},
    {Verb::get, "/v1/checkpoint", roadside, checkpoint},
    {Verb::get, "/v1/trace", roadside, trace_place},
    {Verb::post, "/v1/trace/upstream", roadside, trace_river},
    {Verb::post, "/v1/camera-passages", camera_owners, add_passages},
    {Verb::get, "/v1/suspect-places", watching, list_suspect_places},
    {Verb::get, "/v1/suspect-places/{id}", watching, show_suspect_place},
    {Verb::post, "/v1/suspect-places/{id}/review", Role::regulator, review_suspect_place},
    {Verb::post, "/v1/person-lookups", roadside, look_up_person},

    {Verb::get, "/v1/alerts", alerted, nullptr, read_alerts},
    {Verb::get, "/v1/alerts/stream", alerted, nullptr, stream_alerts},
    {Verb::get, "/v1/alerts/{alert}", alerted, show_alert},
    {Verb::post, "/v1/alerts/{alert}/ack", Role::regulator, acknowledge_alert},
    {Verb::post, "/v1/alerts/{alert}/close", Role::regulator, close_alert},

};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace liuhen::server::http
