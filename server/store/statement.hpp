// Statements that every filing needs: parsed and planned once on each connection, not each time.
#pragma once

#include <pqxx/pqxx>

#include <utility>

namespace liuhen::server::store {

/// One SQL text under a name of its own.
struct Statement {
    const char* name;
    const char* text;
};

/// Runs it with its parameters; prepared on this connection the first time.
template <class... Values>
pqxx::result ask(pqxx::transaction_base& db, const Statement& statement, Values&&... values) {
    db.conn().prepare(statement.name, statement.text);  // knows when it has been done already
    return db.exec_prepared(statement.name, std::forward<Values>(values)...);
}

}  // namespace liuhen::server::store
