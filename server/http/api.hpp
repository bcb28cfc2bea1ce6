// The handlers that the table of routes names, by family.
#pragma once

#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "server/http/front.hpp"

namespace liuhen::server::http {

// registers_api.cpp, fleet_api.cpp, places_api.cpp: what the operator enters
Reply list_parties(pqxx::work& db, const Call& call);
Reply list_sites(pqxx::work& db, const Call& call);
Reply list_routes(pqxx::work& db, const Call& call);
Reply list_vehicles(pqxx::work& db, const Call& call);
Reply list_terminals(pqxx::work& db, const Call& call);
Reply list_locks(pqxx::work& db, const Call& call);
Reply list_bindings(pqxx::work& db, const Call& call);
Reply list_tokens(pqxx::work& db, const Call& call);
Reply add_party(pqxx::work& db, const Call& call);
Reply add_token(pqxx::work& db, const Call& call);
Reply revoke_token(pqxx::work& db, const Call& call);
Reply add_site(pqxx::work& db, const Call& call);
Reply add_route(pqxx::work& db, const Call& call);
Reply add_vehicle(pqxx::work& db, const Call& call);
Reply add_terminal(pqxx::work& db, const Call& call);
Reply show_terminal(pqxx::work& db, const Call& call);
Reply reset_registration(pqxx::work& db, const Call& call);
Reply add_lock(pqxx::work& db, const Call& call);
Reply add_binding(pqxx::work& db, const Call& call);
Reply end_binding(pqxx::work& db, const Call& call);

// terminals_api.cpp
Reply list_profiles(pqxx::work& db, const Call& call);
Reply change_terminal(pqxx::work& db, const Call& call);
Reply diagnose_terminal(pqxx::work& db, const Call& call);

// manifests_api.cpp
Reply create_manifest(pqxx::work& db, const Call& call);
/// In which line making or submitting a manifest waits; nullopt for other events.
std::optional<CommitGroup> group_of_filing(const Call& call);
Reply list_manifests(pqxx::work& db, const Call& call);
Reply show_manifest(pqxx::work& db, const Call& call);
Reply act_on_manifest(pqxx::work& db, const Call& call);
Reply add_notice(pqxx::work& db, const Call& call);
Reply list_notices(pqxx::work& db, const Call& call);

// inbox_api.cpp
Reply list_inbox(pqxx::work& db, const Call& call);
Reply read_message(pqxx::work& db, const Call& call);

// history_api.cpp
Reply show_history(pqxx::work& db, const Call& call);
Reply show_version(pqxx::work& db, const Call& call);
Reply show_proof(pqxx::work& db, const Call& call);
Reply show_history_keys(pqxx::work& db, const Call& call);
// plans_api.cpp, licences_api.cpp, approvals_api.cpp
Reply list_plans(pqxx::work& db, const Call& call);
Reply show_plan(pqxx::work& db, const Call& call);
Reply add_plan(pqxx::work& db, const Call& call);
Reply act_on_plan(pqxx::work& db, const Call& call);
Reply list_licences(pqxx::work& db, const Call& call);
Reply show_licence(pqxx::work& db, const Call& call);
Reply add_licence(pqxx::work& db, const Call& call);
Reply act_on_licence(pqxx::work& db, const Call& call);
Reply list_approvals(pqxx::work& db, const Call& call);
Reply show_approval(pqxx::work& db, const Call& call);
Reply add_approval(pqxx::work& db, const Call& call);
Reply act_on_approval(pqxx::work& db, const Call& call);

// papers.cpp
Reply plan_history(pqxx::work& db, const Call& call);
Reply licence_history(pqxx::work& db, const Call& call);
Reply approval_history(pqxx::work& db, const Call& call);
Reply list_supervision_tasks(pqxx::work& db, const Call& call);
Reply manifest_quotas(pqxx::work& db, const Call& call);
Reply quota_ledger(pqxx::work& db, const Call& call);
// lists_api.cpp
Reply list_waste_lists(pqxx::work& db, const Call& call);
Reply put_waste_list(pqxx::work& db, const Call& call);
Reply find_waste_codes(pqxx::work& db, const Call& call);
Reply show_calendar(pqxx::work& db, const Call& call);
Reply put_calendar(pqxx::work& db, const Call& call);

// papers_api.cpp
Reply list_scales(pqxx::work& db, const Call& call);
Reply list_transport_permits(pqxx::work& db, const Call& call);
Reply list_vehicle_permits(pqxx::work& db, const Call& call);
Reply list_crew_certificates(pqxx::work& db, const Call& call);
Reply add_scale(pqxx::work& db, const Call& call);
Reply add_transport_permit(pqxx::work& db, const Call& call);
Reply add_vehicle_permit(pqxx::work& db, const Call& call);
Reply add_crew_certificate(pqxx::work& db, const Call& call);
Reply revoke_scale(pqxx::work& db, const Call& call);
Reply revoke_transport_permit(pqxx::work& db, const Call& call);
Reply revoke_vehicle_permit(pqxx::work& db, const Call& call);
Reply revoke_crew_certificate(pqxx::work& db, const Call& call);

// weighings_api.cpp
Reply add_weighing(pqxx::work& db, const Call& call);
Reply list_due_times(pqxx::work& db, const Call& call);

// unlock_api.cpp, grants_api.cpp, custody_api.cpp
Reply unlock_lock(pqxx::work& db, const Call& call);
Reply tell_one_time_password(pqxx::work& db, const Call& call);
Reply work_doors(pqxx::work& db, const Call& call);
Reply set_lock_secret(pqxx::work& db, const Call& call);
Reply add_inspection(pqxx::work& db, const Call& call);
Reply add_swap(pqxx::work& db, const Call& call);
Reply show_custody(pqxx::work& db, const Call& call);

// tracks_api.cpp
Reply vehicle_track(pqxx::work& db, const Call& call);
Reply manifest_track(pqxx::work& db, const Call& call);
Reply checkpoint(pqxx::work& db, const Call& call);
// person_lookups_api.cpp
Reply look_up_person(pqxx::work& db, const Call& call);

// media_api.cpp
Reply vehicle_media(pqxx::work& db, const Call& call);
Reply manifest_media(pqxx::work& db, const Call& call);
Reply show_medium(pqxx::work& db, const Call& call);
Reply medium_content(pqxx::work& db, const Call& call);

// files_api.cpp
Reply add_file(pqxx::work& db, const Call& call);
Reply file_content(pqxx::work& db, const Call& call);
Reply manifest_files(pqxx::work& db, const Call& call);

// documents_api.cpp
Reply vehicle_documents(pqxx::work& db, const Call& call);
Reply manifest_documents(pqxx::work& db, const Call& call);
Reply vehicle_drivers(pqxx::work& db, const Call& call);
/// Where cards of other persons than the named drivers were in the recorders of its trucks.
std::vector<manifest::Warning> driver_warnings(pqxx::work& db, const manifest::Manifest& of);

// alerts_api.cpp, stream_api.cpp
Reply show_alert(pqxx::work& db, const Call& call);
Reply acknowledge_alert(pqxx::work& db, const Call& call);
Reply close_alert(pqxx::work& db, const Call& call);
awaitable<Reply> read_alerts(Front& front, Call call);
awaitable<Reply> stream_alerts(Front& front, Call call);

// rule_sets_api.cpp
Reply list_rule_sets(pqxx::work& db, const Call& call);
Reply show_rule_set(pqxx::work& db, const Call& call);
Reply add_rule_set(pqxx::work& db, const Call& call);
Reply put_rule_set_in_force(pqxx::work& db, const Call& call);

// orders_api.cpp
Reply give_order(pqxx::work& db, const Call& call);
Reply show_order(pqxx::work& db, const Call& call);
Reply list_terminal_orders(pqxx::work& db, const Call& call);
Reply cancel_order(pqxx::work& db, const Call& call);

// operations_api.cpp
awaitable<Reply> livez(Front& front, Call call);
awaitable<Reply> readyz(Front& front, Call call);
awaitable<Reply> metrics(Front& front, Call call);
awaitable<Reply> openapi(Front& front, Call call);
awaitable<Reply> status(Front& front, Call call);

}  // namespace liuhen::server::http
