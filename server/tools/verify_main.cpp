// liuhen-verify: see verify.hpp.
#include "server/tools/verify.hpp"

#include <iostream>

int main(int argc, char** argv) {
    return liuhen::server::verify::main_of(argc, argv, std::cout, std::cerr);
}
