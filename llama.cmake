# Leaves out what aw does not use of llama.cpp: pictures and sound (mtmd), and what only its own programs need.
# CMake reads it with -DCMAKE_PROJECT_llama_cpp_INCLUDE=FILE; docs/install.md says when.
foreach(part LLAVA_BUILD LLAMA_BUILD_COMMON)
  if(NOT DEFINED ${part})
    set(${part} OFF)
  endif()
endforeach()
