// What becomes true when a row of the table is taken: `decision.next` is the manifest with its
// version counted up and its state set; a step fills in the rest, warnings and extra effects.
#pragma once

#include "manifest/lifecycle.hpp"

namespace liuhen::manifest::steps {

void file(Decision& decision, const Case& c);       ///< T01, T02
void submit(Decision& decision, const Case& c);     ///< T04
void assign(Decision& decision, const Case& c);     ///< T06
void sign_load(Decision& decision, const Case& c);  ///< T10, both signatures
void depart(Decision& decision, const Case& c);     ///< T12
void arrive(Decision& decision, const Case& c);     ///< T18
void weigh_in(Decision& decision, const Case& c);   ///< T19
void accept(Decision& decision, const Case& c);     ///< T20
void close(Decision& decision, const Case& c);      ///< T31

}  // namespace liuhen::manifest::steps
