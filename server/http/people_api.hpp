// Handlers about people: accounts, programs, foreign identities, delegation.
#pragma once

#include "server/http/front.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

// login_api.cpp: a member's own account
awaitable<Reply> log_in(Front& front, Call call);
awaitable<Reply> change_password(Front& front, Call call);
Reply log_out(pqxx::work& db, const Call& call);
Reply show_me(pqxx::work& db, const Call& call);
Reply list_sessions(pqxx::work& db, const Call& call);
Reply end_session(pqxx::work& db, const Call& call);

// members_api.cpp: accounts, by administrators
Reply list_members(pqxx::work& db, const Call& call);
awaitable<Reply> add_member(Front& front, Call call);
awaitable<Reply> change_member(Front& front, Call call);

// clients_api.cpp, oauth_api.cpp: programs
Reply list_clients(pqxx::work& db, const Call& call);
Reply add_client(pqxx::work& db, const Call& call);
Reply disable_client(pqxx::work& db, const Call& call);
awaitable<Reply> give_access_token(Front& front, Call call);
awaitable<Reply> revoke_access_token(Front& front, Call call);
awaitable<Reply> introspect_token(Front& front, Call call);
awaitable<Reply> oauth_metadata(Front& front, Call call);

// providers_api.cpp: whose JWTs are accepted
Reply list_providers(pqxx::work& db, const Call& call);
Reply add_provider(pqxx::work& db, const Call& call);
Reply replace_provider(pqxx::work& db, const Call& call);
Reply disable_provider(pqxx::work& db, const Call& call);

// delegations_api.cpp
Reply list_delegations(pqxx::work& db, const Call& call);
Reply add_delegation(pqxx::work& db, const Call& call);
Reply revoke_delegation(pqxx::work& db, const Call& call);
Reply close_party(pqxx::work& db, const Call& call);

}  // namespace liuhen::server::http
